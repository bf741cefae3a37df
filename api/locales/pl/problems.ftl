# Texts of problems (RFC 9457) and of broken rules.

malformed-request = Nieczytelne żądanie
    .detail = Treści żądania nie da się odczytać: { $reason ->
        [unreadable] przerwane połączenie
        [incomplete] treść nie dotarła w całości
        [values] treść ma zbyt wiele wartości
        [trailing] za wartością JSON stoi coś jeszcze
        [object] oczekiwany jest obiekt
        [shape] wartość nie ma opisanej postaci
        [json] to nie jest JSON, wiersz { $line }, kolumna { $column }
        [encoding] tekst nie ma podanego kodowania, a gdy żadnego nie podano, nie jest to UTF-8 (polski Excel zapisuje pliki CSV także w kodowaniu Windows-1250, które trzeba podać: `text/csv; charset=windows-1250`)
        [table] to nie jest tabela, którą można odczytać
        [quote] w wierszu { $row } otwarto cudzysłów, którego nic nie zamyka
        [no_rows] pod wierszem z nazwami kolumn nie ma żadnego wiersza
        [too_many_rows] tabela jest za duża: najwyżej { $rows } wierszy, { $columns } kolumn i { $cells } komórek
       *[other] { $reason }
    }.
unknown-parameter = Nieznany parametr
    .detail = Nie ma tu parametru „{ $name }”.
invalid-parameter = Niedozwolona wartość parametru
    .detail = Parametr „{ $name }” ma niedozwoloną wartość.
unauthenticated = Wymagane zalogowanie
    .detail = Ta operacja wymaga ważnego tokenu dostępu.
bad-credentials = Błędny adres lub hasło
    .detail = Nie ma czynnego konta o tym adresie i haśle.
session-ended = Sesja jest zakończona
    .detail = Token odświeżania został zużyty, wygasł lub został unieważniony. Proszę zalogować się ponownie.
second-factor-required = Potrzebny jest kod jednorazowy
    .detail = Konto ma drugi składnik logowania: oprócz hasła potrzebny jest ważny „one_time_code” albo „recovery_code”.
forbidden = Brak uprawnienia
    .detail = Brakuje uprawnienia „{ $permission }”.
second-factor-missing = Tylko z drugim składnikiem
    .detail = Uprawnienie „{ $permission }” obowiązuje tylko w sesji z drugim składnikiem logowania.
not-found = Nie ma takiego zasobu
    .detail = Zasób nie istnieje albo nie jest dla Państwa widoczny.
method-not-allowed = Niedozwolona metoda
    .detail = Dozwolone metody: { $allowed }.
not-acceptable = Zbyt wiele wierszy dla tego formatu
    .detail = Dostępne formaty: { $offered }.
request-timeout = Żądanie trwało zbyt długo
    .detail = Treść żądania nie nadeszła w wyznaczonym czasie.
not-unique = Wartość jest już zajęta
    .detail = Inny rekord ma już tę wartość.
dangling-reference = Wskazany rekord nie istnieje
    .detail = Co najmniej jedno odwołanie nie prowadzi do istniejącego rekordu.
still-referred-to = Rekord jest używany
    .detail = Inne rekordy odwołują się do tego rekordu.
invalid-transition = Niedozwolone przejście stanu
    .detail = Ze stanu „{ $from }” rekord nie może tam przejść; dozwolone stany podaje `allowed_transitions`.
conflict = Stan na to nie pozwala
    .detail = { $reason ->
        [second_factor_present] Konto ma już drugi składnik logowania
        [second_factor_absent] Nie zaproponowano ani nie dodano drugiego składnika
        [too_many_secrets] Ważne są już dwa sekrety; najpierw trzeba usunąć jeden z nich
        [too_many_calendar_links] Tyle odnośników do kalendarza wystarczy; najpierw trzeba usunąć jeden z nich
        [too_many_exports] Tyle eksportów wystarczy; najpierw trzeba usunąć jeden z nich
        [too_many_export_schedules] Tyle harmonogramów eksportów wystarczy; najpierw trzeba usunąć jeden z nich
        [too_many_bulk_imports] Partnerstwo ma już tyle importów zbiorczych, ile może; najpierw trzeba usunąć jeden z nich
        [bulk_import_outdated] W międzyczasie zmieniono lub dodano zapisy, więc te wiersze nie dałyby tego, co pokazano; trzeba przesłać tabelę jeszcze raz
        [bulk_import_built_on] Na tym, co powstało z tych wierszy, coś już zbudowano: zapisy zmieniono albo inne się do nich odwołują
        [register_off] Ta instalacja nie pobiera danych z tego rejestru
        [not_invited] Konto nie czeka na przyjęcie zaproszenia
        [own_account] Tego nikt nie robi z własnym kontem ani z własną rolą
        [not_implemented] Nie zapisano żadnej realizacji; najpierw trzeba ją dodać
        [adopted_later] Numer { $number } nadano już temu, co przyjęto później; wcześniejsze przyjęcie można dopisać, podając wolny numer („number”)
        [was_in_force] To, co obowiązuje albo obowiązywało, pozostaje w rejestrze; proszę zakończyć obowiązywanie
        [report_not_draft] Zmieniać i usuwać można tylko projekt sprawozdania; najpierw trzeba cofnąć je do stanu „draft”
        [report_frozen] Sprawozdanie jest zamrożone i już się nie zmienia; jeśli zostanie zwrócone, można sporządzić następne
        [report_period_not_over] Okres sprawozdawczy jeszcze się nie skończył
        [report_outdated] Od zatwierdzenia zmieniły się zapisy, więc sprawozdanie mówi co innego; trzeba zatwierdzić je jeszcze raz
        [names_person] Tekst wymienia osobę, której dane mogą zostać usunięte; miejsca podaje „errors”
        [webhook_not_active] Ten webhook nie jest czynny
       *[other] { $reason }
    }.
request-in-progress = Takie samo żądanie jest w toku
    .detail = Żądanie z tym kluczem jeszcze trwa. Proszę spróbować później.
link-not-valid = Odnośnika nie można użyć
    .detail = Został użyty, cofnięty, wygasł albo nie pochodzi od nas. Proszę poprosić o nowy.
snapshot-required = Zacznij ponownie od migawki
    .detail = Strumień zmian nie sięga tak daleko wstecz albo jeszcze tam nie dotarł. Pobierz nową migawkę i śledź zmiany od niej.
stale = Ktoś inny zmienił rekord
    .detail = Podana wersja nie jest aktualna.
too-large = Zbyt duże żądanie
    .detail = Treść żądania może mieć najwyżej { $limit } bajtów.
unsupported-media-type = Nieobsługiwany typ treści
    .detail = Obsługiwane: { $supported }.
invalid-values = Niedozwolone wartości
    .detail = Co najmniej jedna wartość łamie regułę.
key-reused = Klucz użyty do innego żądania
    .detail = Ten Idempotency-Key towarzyszył żądaniu o innej treści.
precondition-required = Wymagany nagłówek If-Match
    .detail = Proszę podać w If-Match znacznik ETag odczytanego rekordu.
too-many-requests = Zbyt wiele żądań
    .detail = Proszę spróbować ponownie po czasie z nagłówka Retry-After.
register-unavailable = Rejestr nie odpowiada
    .detail = Rejestr nie odpowiada albo odpowiada niezrozumiale. Zapis danych od tego nie zależy.
internal = Błąd serwera
    .detail = Błąd zapisano w dzienniku pod identyfikatorem żądania.
not-implemented = Nieobsługiwane przez ten serwer
    .detail = Ten serwer zbudowano bez obsługi PDF. Sprawozdanie jest dostępne jako DOCX, jako strona i w pozostałych formatach.
unavailable = Usługa chwilowo niedostępna
    .detail = Proszę spróbować ponownie po czasie z nagłówka Retry-After.
storage-full = Brak miejsca na zapis
    .detail = Zapis jest chwilowo niemożliwy, bo skończyło się miejsce na dysku bazy danych. Odczyt działa. Proszę spróbować ponownie po czasie z nagłówka Retry-After.

rule-required = Wartość jest wymagana.
rule-unknown_field = Nie ma tu takiego pola.
rule-type = Oczekiwana jest wartość innego typu.
rule-length = Niedozwolona długość lub liczba elementów.
rule-charset = Niedozwolony znak.
rule-prefix = Nie ma takiego początku.
rule-checksum = Błędna suma kontrolna.
rule-range = Wartość spoza dozwolonego zakresu.
rule-format = Niewłaściwa postać.
rule-unknown_code = Nie ma takiego kodu w słowniku.
rule-dangling_reference = Nie ma takiego rekordu.
rule-duplicate = Ta wartość już występuje.
rule-order = Daty są w niewłaściwej kolejności.
rule-overlap = Okresy nakładają się.
rule-conflict = Sprzeczność z inną wartością.
rule-future = Data leży w przyszłości.
rule-personal_identifier = Tekst zawiera numer wyglądający na PESEL, którego system nie przechowuje.
rule-names_person = Tekst wymienia osobę z partnerstwa, której dane mogą zostać usunięte, a to, co tu zapisano, pozostaje.
rule-other_figures = Tekst musi podawać te same liczby i daty, w tej samej kolejności, co tekst, który zastępuje.
rule-guessable = Tę wartość łatwo odgadnąć.
rule-wrong = Ta wartość nie jest właściwa.
rule-unsupported_version = Ta wersja formatu nie jest obsługiwana.
rule-cell_error = Komórka zawiera błąd arkusza (np. #N/D!) zamiast wartości.
rule-ambiguous = Nie wiadomo, o który z istniejących zapisów chodzi; rozstrzygnie to jego identyfikator w kolumnie „id”.

in-column = Kolumna { $letter } „{ $heading }”: { $rule }
in-nameless-column = Kolumna { $letter } bez nazwy: { $rule }
