# Sprawozdanie z działalności. Formy liczebników według CLDR: one 1; few 2–4, 22–24, 102…; many pozostałe.
# Zero jest osobnym zdaniem. Każde zdanie stoi w jednym wierszu, bo Fluent zachowuje podział wierszy.

report-title = Sprawozdanie z działalności od { $from } do { $to }
    .year = Sprawozdanie z działalności w { $year } r.
    .day = Sprawozdanie z działalności w dniu { $to }
warnings-heading = Uwagi
list-and = i

date = { date.in-year } { $year } r.
    .in-year = { $day } { $month ->
        [1] stycznia
        [2] lutego
        [3] marca
        [4] kwietnia
        [5] maja
        [6] czerwca
        [7] lipca
        [8] sierpnia
        [9] września
        [10] października
        [11] listopada
       *[12] grudnia
    }

# Fragmenty zdań

meetings-in-words =
    { $count ->
        [1] jedno spotkanie
        [2] dwa spotkania
        [3] trzy spotkania
        [4] cztery spotkania
        [5] pięć spotkań
        [6] sześć spotkań
        [7] siedem spotkań
        [8] osiem spotkań
        [9] dziewięć spotkań
        [10] dziesięć spotkań
        [few] { $count } spotkania
       *[many] { $count } spotkań
    }
    .locative =
    { $count ->
        [1] jednym spotkaniu
        [2] dwóch spotkaniach
        [3] trzech spotkaniach
        [4] czterech spotkaniach
        [5] pięciu spotkaniach
        [6] sześciu spotkaniach
        [7] siedmiu spotkaniach
        [8] ośmiu spotkaniach
        [9] dziewięciu spotkaniach
        [10] dziesięciu spotkaniach
       *[many] { $count } spotkaniach
    }
during-which =
    { $count ->
        [one] w trakcie którego
       *[many] w trakcie których
    }
institutions-signed =
    { $signatories ->
        [one] podpisała { $signatories } instytucja
        [few] podpisały { $signatories } instytucje
       *[many] podpisało { $signatories } instytucji
    }
times =
    { $times ->
        [one] { $times } raz
       *[many] { $times } razy
    }

# Umowa

signatories-heading = Umowa partnerstwa
signatories =
    { $signatories ->
        [0] { signatories.none }
        [one] Umowę partnerstwa { institutions-signed }, a zakres jej współpracy partnerskiej obejmuje:
       *[many] Umowę partnerstwa { institutions-signed }, a zakres ich współpracy partnerskiej obejmuje:
    }
    .alone =
    { $signatories ->
        [0] { signatories.none }
       *[many] Umowę partnerstwa { institutions-signed }.
    }
    .none = W okresie sprawozdawczym nie było żadnej instytucji, która podpisała umowę partnerstwa.

# Spotkania

council-heading = Rada Programowa
council =
    { $count ->
        [0] { council.none }
       *[many] Zorganizowano { meetings-in-words } Rady Programowej, { during-which } poruszano tematykę dotyczącą:
    }
    .alone =
    { $count ->
        [0] { council.none }
       *[many] Zorganizowano { meetings-in-words } Rady Programowej.
    }
    .none = W okresie sprawozdawczym nie odbyło się żadne spotkanie Rady Programowej.
no-presenters = (nie wskazano instytucji)

assembly-heading = Spotkanie sygnatariuszy
assembly =
    { $count ->
        [0] W okresie sprawozdawczym nie odbyło się żadne spotkanie sygnatariuszy partnerstwa.
        [one] { $dates } zorganizowano spotkanie sygnatariuszy partnerstwa.
       *[many] Zorganizowano { meetings-in-words } sygnatariuszy partnerstwa: { $dates }
    }
    .course =
    { $count ->
        [one] Program spotkania obejmował:
       *[many] Program spotkań obejmował:
    }

regional_committee-heading = Regionalny Komitet Rozwoju Ekonomii Społecznej
regional_committee =
    { $count ->
        [0] { regional_committee.none }
        [one] Uczestniczono w { $count } spotkaniu roboczym, { during-which }:
       *[many] Uczestniczono w { $count } spotkaniach roboczych, { during-which }:
    }
    .alone =
    { $count ->
        [0] { regional_committee.none }
        [one] Uczestniczono w { $count } spotkaniu roboczym.
       *[many] Uczestniczono w { $count } spotkaniach roboczych.
    }
    .none = W okresie sprawozdawczym nie odbyło się żadne spotkanie robocze Regionalnego Komitetu Rozwoju Ekonomii Społecznej z udziałem partnerstwa.

owes-heading = Ośrodek Wsparcia Ekonomii Społecznej
owes =
    { $count ->
        [0] W okresie sprawozdawczym nie odbyło się żadne spotkanie z kadrą OWES.
       *[many] Realizując współpracę z Ośrodkiem Wsparcia Ekonomii Społecznej, uczestniczono w { meetings-in-words.locative } z kadrą OWES, { during-which } prezentowano informacje z działań podejmowanych przez Radę i OWES na rzecz ekonomii społecznej.
    }

# Rekomendacje i zobowiązania

recommendations-heading = Rekomendacje
recommendations =
    { $count ->
        [0] W okresie sprawozdawczym nie opracowano żadnej rekomendacji.
        [1] Opracowano jedną rekomendację na rzecz ekonomii społecznej:
        [2] Opracowano dwie rekomendacje na rzecz ekonomii społecznej:
        [3] Opracowano trzy rekomendacje na rzecz ekonomii społecznej:
        [4] Opracowano cztery rekomendacje na rzecz ekonomii społecznej:
        [5] Opracowano pięć rekomendacji na rzecz ekonomii społecznej:
        [6] Opracowano sześć rekomendacji na rzecz ekonomii społecznej:
        [7] Opracowano siedem rekomendacji na rzecz ekonomii społecznej:
        [8] Opracowano osiem rekomendacji na rzecz ekonomii społecznej:
        [9] Opracowano dziewięć rekomendacji na rzecz ekonomii społecznej:
        [10] Opracowano dziesięć rekomendacji na rzecz ekonomii społecznej:
        [few] Opracowano { $count } rekomendacje na rzecz ekonomii społecznej:
       *[many] Opracowano { $count } rekomendacji na rzecz ekonomii społecznej:
    }
recommendation =
    .open = { $title } – do końca okresu sprawozdawczego nie wykazano realizacji.
    .begun = { $title } – w trakcie realizacji.
    .done = { $title } – zrealizowano.
    .in-part = { $title } – zrealizowano częściowo.
    .told-in-part = Zrealizowano częściowo.

commitments-heading = Zobowiązania
commitments =
    { $count ->
        [0] W okresie sprawozdawczym nie obowiązywało żadne zobowiązanie.
        [1] Obowiązywało jedno zobowiązanie:
        [2] Obowiązywały dwa zobowiązania:
        [3] Obowiązywały trzy zobowiązania:
        [4] Obowiązywały cztery zobowiązania:
        [5] Obowiązywało pięć zobowiązań:
        [6] Obowiązywało sześć zobowiązań:
        [7] Obowiązywało siedem zobowiązań:
        [8] Obowiązywało osiem zobowiązań:
        [9] Obowiązywało dziewięć zobowiązań:
        [10] Obowiązywało dziesięć zobowiązań:
        [few] Obowiązywały { $count } zobowiązania:
       *[many] Obowiązywało { $count } zobowiązań:
    }
    .item = { $text } ({ commitments.channel }, co najmniej { commitments.minimum } w roku) – { commitments.done }
    .channel =
    { $channel ->
        [cyclic_partner_meeting] w trakcie cyklicznych spotkań partnerskich
        [written] na piśmie
       *[any_meeting] w trakcie spotkań
    }
    .minimum =
    { $minimum ->
        [one] raz
       *[many] { $minimum } razy
    }
    .done =
    { $times ->
        [0] nie wykonano ani razu
       *[many] wykonano: { times }
    }

# Spotkania informacyjne. Skrót „integracji społecznej” jest poprawny tylko tuż po „instytucjach rynku pracy”.

information-heading = Spotkania informacyjne
information =
    { $count ->
        [0] W okresie sprawozdawczym nie odbyło się żadne spotkanie informacyjne.
       *[many] { $role ->
            [organized] { information.organized }
            [participated] Uczestniczono w { information.about }
           *[both] Zorganizowano i uczestniczono w { information.about }
        }
    }
    .organized =
    { $count ->
        [one] Zorganizowano { $count } spotkanie informacyjne dotyczące popularyzowania partnerstwa i tematyki ekonomii społecznej w regionie.
        [few] Zorganizowano { $count } spotkania informacyjne dotyczące popularyzowania partnerstwa i tematyki ekonomii społecznej w regionie.
       *[many] Zorganizowano { $count } spotkań informacyjnych dotyczących popularyzowania partnerstwa i tematyki ekonomii społecznej w regionie.
    }
    .about =
    { $count ->
        [one] { $count } spotkaniu informacyjnym dotyczącym popularyzowania partnerstwa i tematyki ekonomii społecznej w regionie.
       *[many] { $count } spotkaniach informacyjnych dotyczących popularyzowania partnerstwa i tematyki ekonomii społecznej w regionie.
    }
    .hosts =
    { $count ->
        [one] Odbyło się ono w { $sectors }.
       *[many] Odbyły się one w { $sectors }.
    }
    .sector =
    { $sector ->
        [labour_market_institution] instytucjach rynku pracy
        [social_integration_institution] { $after ->
            [labour_market_institution] integracji społecznej
           *[other] instytucjach integracji społecznej
        }
        [ngo] NGO
        [local_government] JST
        [social_economy_entity] PES
        [business] środowisku biznesu
        [academia] środowisku akademickim
       *[other_public] innych instytucjach publicznych
    }

# Komunikaty

communiques-heading = Komunikaty
communiques =
    { $communiques ->
        [0] W okresie sprawozdawczym nie zamieszczono żadnego komunikatu.
        [one] { $institutions ->
            [0] Wydano { $communiques } komunikat, lecz nie zamieściła go żadna instytucja partnerska.
            [one] Zamieszczono { $communiques } komunikat w { $institutions } instytucji partnerskiej.
           *[many] Zamieszczono { $communiques } komunikat w { $institutions } instytucjach partnerskich.
        }
        [few] { $institutions ->
            [0] Wydano { $communiques } komunikaty, lecz wszystkich nie zamieściła żadna instytucja partnerska.
            [one] Zamieszczono { $communiques } komunikaty w { $institutions } instytucji partnerskiej.
           *[many] Zamieszczono { $communiques } komunikaty w { $institutions } instytucjach partnerskich.
        }
       *[many] { $institutions ->
            [0] Wydano { $communiques } komunikatów, lecz wszystkich nie zamieściła żadna instytucja partnerska.
            [one] Zamieszczono { $communiques } komunikatów w { $institutions } instytucji partnerskiej.
           *[many] Zamieszczono { $communiques } komunikatów w { $institutions } instytucjach partnerskich.
        }
    }
    .in-part =
    { $institutions ->
        [0] { communiques }
        [one] { communiques.released }, a wszystkie zamieściła { $institutions } instytucja partnerska.
        [few] { communiques.released }, a wszystkie zamieściły { $institutions } instytucje partnerskie.
       *[many] { communiques.released }, a wszystkie zamieściło { $institutions } instytucji partnerskich.
    }
    .released =
    { $communiques ->
        [few] Wydano { $communiques } komunikaty
       *[many] Wydano { $communiques } komunikatów
    }
    .site = Na stronie internetowej { $site } i sygnatariuszy Partnerstwa zamieszczane są komunikaty z działań podejmowanych przez Radę Programową.
    .sites = Na stronach internetowych sygnatariuszy Partnerstwa zamieszczane są komunikaty z działań podejmowanych przez Radę Programową.

# Efekty i sekretariat

effects-heading = Efekty
effects =
    { $count ->
        [0] W okresie sprawozdawczym nie odnotowano żadnego efektu.
       *[many] Uzyskane efekty:
    }

secretariat-heading = Sekretariat
secretariat = Sekretariat partnerstwa prowadzi: { $unit }
    .contact = Sekretariat partnerstwa
    .phone = tel. { $phone }
    .email = e-mail: { $email }
    .none = Nie wskazano sekretariatu partnerstwa.

# Rozdziały, które są tylko wtedy, gdy jest o czym mówić. „part-…” to części zdań tylko tego języka.

part-feminine-in-words =
    { $count ->
        [1] jedna
        [2] dwie
        [3] trzy
        [4] cztery
        [5] pięć
        [6] sześć
        [7] siedem
        [8] osiem
        [9] dziewięć
        [10] dziesięć
       *[many] { $count }
    }
    .accusative =
    { $count ->
        [1] jedną
       *[many] { part-feminine-in-words }
    }
part-inanimate-in-words =
    { $count ->
        [1] jeden
        [2] dwa
       *[many] { part-feminine-in-words }
    }
part-neuter-in-words =
    { $count ->
        [1] jedno
       *[many] { part-inanimate-in-words }
    }
part-took-place-neuter =
    { $count ->
        [one] Odbyło się
        [few] Odbyły się
       *[many] Odbyło się
    }
part-took-place-feminine =
    { $count ->
        [one] Odbyła się
        [few] Odbyły się
       *[many] Odbyło się
    }

recommendations_earlier-heading = Rekomendacje przyjęte wcześniej
recommendations_earlier =
    { $count ->
        [one] Realizacja rekomendacji przyjętej przed okresem sprawozdawczym:
       *[many] Realizacja rekomendacji przyjętych przed okresem sprawozdawczym:
    }

conclusions-heading = Wnioski
conclusions = Opracowano { part-inanimate-in-words } { part-conclusions } na rzecz ekonomii społecznej:
part-conclusions =
    { $count ->
        [one] wniosek
        [few] wnioski
       *[many] wniosków
    }
conclusions_earlier-heading = Wnioski przyjęte wcześniej
conclusions_earlier =
    { $count ->
        [one] Realizacja wniosku przyjętego przed okresem sprawozdawczym:
       *[many] Realizacja wniosków przyjętych przed okresem sprawozdawczym:
    }

interventions-heading = Interwencje
interventions = Podjęto { part-feminine-in-words.accusative } { part-interventions } na rzecz ekonomii społecznej:
part-interventions =
    { $count ->
        [one] interwencję
        [few] interwencje
       *[many] interwencji
    }
interventions_earlier-heading = Interwencje podjęte wcześniej
interventions_earlier =
    { $count ->
        [one] Realizacja interwencji podjętej przed okresem sprawozdawczym:
       *[many] Realizacja interwencji podjętych przed okresem sprawozdawczym:
    }

trainings-heading = Szkolenia
trainings = { trainings.held }:
    .alone = { trainings.held }.
    .held = { part-took-place-neuter } { part-neuter-in-words } { part-trainings }
part-trainings =
    { $count ->
        [one] szkolenie, które nie wynikało z rekomendacji
        [few] szkolenia, które nie wynikały z rekomendacji
       *[many] szkoleń, które nie wynikały z rekomendacji
    }

partner_forum-heading = Forum wzajemnej wymiany informacji i doświadczeń
partner_forum = { partner_forum.held }:
    .alone = { partner_forum.held }.
    .held = { part-took-place-neuter } { meetings-in-words } forum wzajemnej wymiany informacji i doświadczeń

working_groups-heading = Grupy robocze
working_groups = { working_groups.held }, { during-which }:
    .alone = { working_groups.held }.
    .held = { part-took-place-neuter } { meetings-in-words } { part-working_groups }
part-working_groups =
    { $count ->
        [one] grupy roboczej
       *[many] grup roboczych
    }

conferences-heading = Konferencje
conferences = { conferences.held }:
    .alone = { conferences.held }.
    .held = { part-took-place-feminine } { part-feminine-in-words } { part-conferences }
part-conferences =
    { $count ->
        [one] konferencja
        [few] konferencje
       *[many] konferencji
    }

study_visits-heading = Wizyty studyjne
study_visits = { study_visits.held }:
    .alone = { study_visits.held }.
    .held = { part-took-place-feminine } { part-feminine-in-words } { part-study_visits }
part-study_visits =
    { $count ->
        [one] wizyta studyjna
        [few] wizyty studyjne
       *[many] wizyt studyjnych
    }

funding_programmes-heading = Programy i źródła finansowania
funding_programmes = Na spotkaniach omawiano następujące programy i źródła finansowania:
    .item =
    { $count ->
        [one] { $programme } – { $count } spotkanie
        [few] { $programme } – { $count } spotkania
       *[many] { $programme } – { $count } spotkań
    }

regional_committee_organized-heading = Spotkania Regionalnego Komitetu zorganizowane przez partnerstwo
regional_committee_organized =
    { $count ->
        [one] Zorganizowano { part-neuter-in-words } spotkanie robocze z Regionalnym Komitetem Rozwoju Ekonomii Społecznej.
        [few] Zorganizowano { part-neuter-in-words } spotkania robocze z Regionalnym Komitetem Rozwoju Ekonomii Społecznej.
       *[many] Zorganizowano { part-neuter-in-words } spotkań roboczych z Regionalnym Komitetem Rozwoju Ekonomii Społecznej.
    }

owes_organized-heading = Spotkania z kadrą OWES zorganizowane przez partnerstwo
owes_organized = Zorganizowano { meetings-in-words } z kadrą OWES.

council_elections-heading = Wybory do Rady Programowej
council_elections =
    { $count ->
        [one] Wybrano Radę Programową na kadencję:
       *[many] Wybrano Radę Programową na kadencje:
    }
    .alone =
    { $count ->
        [one] Wybrano Radę Programową na { $count } kadencję.
        [few] Wybrano Radę Programową na { $count } kadencje.
       *[many] Wybrano Radę Programową na { $count } kadencji.
    }
    .item = od { $from } do { $to }

council_changes-heading = Zmiany w składzie Rady Programowej
council_changes =
    .begun = W trakcie kadencji objęto { part-inanimate-in-words } { part-council_changes }: { $names }
    .begun-alone = W trakcie kadencji objęto { part-inanimate-in-words } { part-council_changes }.
    .ended-alone = Przed końcem kadencji wygasło { part-inanimate-in-words } { part-council_changes }.
    .ended =
    { $count ->
        [one] Przed końcem kadencji wygasł { part-inanimate-in-words } mandat: { $names }
        [few] Przed końcem kadencji wygasły { part-inanimate-in-words } mandaty: { $names }
       *[many] Przed końcem kadencji wygasło { part-inanimate-in-words } mandatów: { $names }
    }
part-council_changes =
    { $count ->
        [one] mandat
        [few] mandaty
       *[many] mandatów
    }

accessions-heading = Przystąpienia do partnerstwa
accessions = { accessions.joined }:
    .alone = { accessions.joined }.
    .joined =
    { $count ->
        [one] Do partnerstwa przystąpiła { part-feminine-in-words } instytucja
        [few] Do partnerstwa przystąpiły { part-feminine-in-words } instytucje
       *[many] Do partnerstwa przystąpiło { part-feminine-in-words } instytucji
    }

withdrawals-heading = Wystąpienia z partnerstwa
withdrawals = { withdrawals.left }:
    .alone = { withdrawals.left }.
    .left =
    { $count ->
        [one] Z partnerstwa wystąpiła { part-feminine-in-words } instytucja
        [few] Z partnerstwa wystąpiły { part-feminine-in-words } instytucje
       *[many] Z partnerstwa wystąpiło { part-feminine-in-words } instytucji
    }

# Uwagi: gdzie liczby się nie zgadzają

warning-communique_coverage =
    { $communiques ->
        [0] W okresie sprawozdawczym nie zamieszczono żadnego komunikatu, a umowę partnerstwa { institutions-signed }.
       *[many] { $institutions ->
            [0] Wszystkich komunikatów nie zamieściła żadna instytucja, a umowę partnerstwa { institutions-signed }.
            [one] Wszystkie komunikaty zamieściła { $institutions } instytucja, a umowę partnerstwa { institutions-signed }.
            [few] Wszystkie komunikaty zamieściły { $institutions } instytucje, a umowę partnerstwa { institutions-signed }.
           *[many] Wszystkie komunikaty zamieściło { $institutions } instytucji, a umowę partnerstwa { institutions-signed }.
        }
    }
warning-commitment_unmet = Zobowiązanie „{ $text }” – { commitments.done }, a w tym okresie wymagano co najmniej { commitments.minimum }.
warning-host_sector_unknown =
    { $count ->
        [one] Nie jest znany sektor gospodarza { $count } spotkania informacyjnego.
       *[many] Nie jest znany sektor gospodarzy { $count } spotkań informacyjnych.
    }
warning-genitive_missing = Brak nazwy w dopełniaczu, użyto mianownika: { $name }.
warning-presenters_missing =
    { $count ->
        [one] Porządek obrad { $count } spotkania zapowiada dobre praktyki, a nie wskazano instytucji, które je prezentowały.
       *[many] Porządek obrad { $count } spotkań zapowiada dobre praktyki, a nie wskazano instytucji, które je prezentowały.
    }
warning-phrase_in_another_case =
    { $count ->
        [one] Porządek obrad { $count } spotkania ma punkty opisane tylko w innym przypadku, niż wymaga zdanie, więc ich nie podano.
       *[many] Porządek obrad { $count } spotkań ma punkty opisane tylko w innym przypadku, niż wymaga zdanie, więc ich nie podano.
    }
warning-implemented_on_unknown =
    { $count ->
        [one] Nie jest znana data realizacji { $count } przyjętej rekomendacji, wniosku lub interwencji.
       *[many] Nie są znane daty realizacji { $count } przyjętych rekomendacji, wniosków lub interwencji.
    }
warning-not_counted =
    { $count ->
        [one] W sprawozdaniu nie ujęto { $count } spotkania, które się odbyło: żaden rozdział nie dotyczy spotkań tego rodzaju.
       *[many] W sprawozdaniu nie ujęto { $count } spotkań, które się odbyły: żaden rozdział nie dotyczy spotkań tego rodzaju.
    }
warning-edit_outdated = Zmianę treści „{ $key }” pominięto, ponieważ od jej wprowadzenia zmieniło się to, co zastępuje.
warning-paragraph_moved = Akapit dodany po „{ $key }” stoi na końcu, ponieważ tego miejsca już nie ma w sprawozdaniu.
