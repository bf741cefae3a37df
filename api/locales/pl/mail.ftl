# Listy: wartość to temat, `body` to treść. Odnośniki stoją w osobnych wierszach.

invitation = Konto w systemie Partnerstwo
    .body =
        Dzień dobry,

        w systemie Partnerstwo, w którym lokalne partnerstwo na rzecz ekonomii społecznej prowadzi swoją dokumentację,
        założono dla Państwa konto. Hasło można ustawić pod tym adresem:

        { $link }

        Odnośnika można użyć jeden raz, w ciągu 7 dni. Hasła nie zna nikt inny i nikt o nie nie zapyta.
        Jeżeli mają już Państwo konto z tym adresem, otrzyma ono nowe role, a ustawione hasło zastąpi dotychczasowe.
        Jeżeli nie spodziewali się Państwo tego listu, prosimy go zignorować.
password-reset = Nowe hasło
    .body =
        Dzień dobry,

        ktoś, prawdopodobnie Państwo, poprosił o nowe hasło do Państwa konta w systemie Partnerstwo. Można je ustawić pod
        tym adresem:

        { $link }

        Odnośnika można użyć jeden raz, w ciągu godziny. Jeżeli nie była to Państwa prośba, prosimy zignorować ten list:
        hasło pozostanie bez zmian.
password-changed = Zmieniono hasło
    .body =
        Dzień dobry,

        zmieniono hasło do Państwa konta w systemie Partnerstwo i zakończono pozostałe sesje.

        Jeżeli nie była to Państwa decyzja, prosimy natychmiast poprosić o nowe hasło i zawiadomić administratora.
confirm-new-email = Potwierdzenie nowego adresu e-mail
    .body =
        Dzień dobry,

        tym adresem mają Państwo odtąd logować się do systemu Partnerstwo. Prosimy potwierdzić, że należy on do Państwa:

        { $link }

        Odnośnika można użyć jeden raz, w ciągu doby. Zmiana nastąpi, gdy zostanie potwierdzona także pod dotychczasowym
        adresem. Jeżeli nie była to Państwa prośba, prosimy zignorować ten list.
confirm-old-email = Potwierdzenie zmiany adresu e-mail
    .body =
        Dzień dobry,

        ktoś, prawdopodobnie Państwo, poprosił o zastąpienie tego adresu innym w systemie Partnerstwo. Prosimy potwierdzić,
        że wolno go zastąpić:

        { $link }

        Odnośnika można użyć jeden raz, w ciągu doby. Zmiana nastąpi, gdy zostanie potwierdzona także pod nowym adresem.
        Jeżeli nie była to Państwa prośba, prosimy jej nie potwierdzać i natychmiast zmienić hasło.
email-changed = Zmieniono adres e-mail
    .body =
        Dzień dobry,

        do systemu Partnerstwo logują się Państwo teraz innym adresem e-mail, a wszystkie sesje zakończono. Na ten adres nic
        już nie będzie wysyłane.

        Jeżeli nie była to Państwa decyzja, prosimy natychmiast zawiadomić administratora.
second-factor-added = Dodano drugi składnik logowania
    .body =
        Dzień dobry,

        do zalogowania się na Państwa konto w systemie Partnerstwo potrzebny jest odtąd, oprócz hasła, kod jednorazowy.

        Jeżeli nie była to Państwa decyzja, prosimy natychmiast zmienić hasło i zawiadomić administratora.
second-factor-removed = Usunięto drugi składnik logowania
    .body =
        Dzień dobry,

        do zalogowania się na Państwa konto w systemie Partnerstwo wystarcza odtąd samo hasło.

        Jeżeli nie była to Państwa decyzja, prosimy natychmiast zmienić hasło i zawiadomić administratora.

# Strona, do której prowadzą odnośniki.
link-page = Odnośnik
    .password = Nowe hasło (co najmniej 12 znaków)
    .set = Ustaw hasło
    .confirm = Potwierdzam
    .done = Gotowe. Można się teraz zalogować.
    .half = Potwierdzono. Zmiana nastąpi, gdy zostanie potwierdzona także pod drugim adresem.
    .failed = Odnośnika nie można użyć.
    .noscript = Ta strona wymaga JavaScriptu.
webhook-paused = Wstrzymano powiadamianie innego systemu
    .body =
        Dzień dobry,

        odbiorca powiadomień (webhook) „{ $webhook }” nie przyjął żadnego z nich przez trzy dni. Powiadamianie zostało
        wstrzymane.

        Nic nie przepadło: po usunięciu przyczyny webhook można ponownie uruchomić (stan „active”), a zmiany z tego
        czasu zostaną wysłane po kolei. Dziennik prób jest na liście wiadomości tego webhooka.
