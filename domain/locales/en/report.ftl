# The activity report. Zero is a sentence of its own. Each sentence stands on one line, because Fluent keeps line breaks.

report-title = Activity report, { $from } to { $to }
    .year = Activity report for { $year }
warnings-heading = Notes
list-and = and

date = { date.in-year } { $year }
    .in-year = { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }

# Parts of sentences

meetings-in-words =
    { $count ->
        [1] one meeting
        [2] two meetings
        [3] three meetings
        [4] four meetings
        [5] five meetings
        [6] six meetings
        [7] seven meetings
        [8] eight meetings
        [9] nine meetings
        [10] ten meetings
       *[other] { $count } meetings
    }
    .locative = { meetings-in-words }
during-which = at which
institutions-signed =
    { $signatories ->
        [one] { $signatories } institution
       *[other] { $signatories } institutions
    }
times =
    { $times ->
        [1] once
        [2] twice
       *[other] { $times } times
    }

# The agreement

signatories-heading = Partnership agreement
signatories =
    { $signatories ->
        [0] { signatories.none }
       *[other] The partnership agreement was signed by { institutions-signed }, whose partnership cooperation covers:
    }
    .alone =
    { $signatories ->
        [0] { signatories.none }
       *[other] The partnership agreement was signed by { institutions-signed }.
    }
    .none = In the reporting period there was no institution bound by the partnership agreement.

# Meetings

council-heading = Programme Council
council =
    { $count ->
        [0] { council.none }
       *[other] The Programme Council held { meetings-in-words }, { during-which } the following was discussed:
    }
    .alone =
    { $count ->
        [0] { council.none }
       *[other] The Programme Council held { meetings-in-words }.
    }
    .none = No meeting of the Programme Council took place in the reporting period.
no-presenters = (no institution named)

assembly-heading = Signatories’ assembly
assembly =
    { $count ->
        [0] No meeting of the signatories of the partnership took place in the reporting period.
        [one] A meeting of the signatories of the partnership was held on { $dates }.
       *[other] The signatories of the partnership held { meetings-in-words }: on { $dates }.
    }
    .course =
    { $count ->
        [one] The programme of the meeting comprised:
       *[other] The programme of the meetings comprised:
    }

regional_committee-heading = Regional Committee for the Development of the Social Economy
regional_committee =
    { $count ->
        [0] { regional_committee.none }
        [one] The partnership took part in { $count } working meeting, { during-which } the following was done:
       *[other] The partnership took part in { $count } working meetings, { during-which } the following was done:
    }
    .alone =
    { $count ->
        [0] { regional_committee.none }
        [one] The partnership took part in { $count } working meeting.
       *[other] The partnership took part in { $count } working meetings.
    }
    .none = No working meeting of the Regional Committee for the Development of the Social Economy took place with the partnership in the reporting period.

owes-heading = Social Economy Support Centre (OWES)
owes =
    { $count ->
        [0] No meeting with OWES staff took place in the reporting period.
       *[other] In cooperation with the Social Economy Support Centre (OWES), the partnership took part in { meetings-in-words } with OWES staff, { during-which } the work of the Council and of OWES for the social economy was presented.
    }

# Recommendations and commitments

recommendations-heading = Recommendations
recommendations =
    { $count ->
        [0] No recommendation was adopted in the reporting period.
        [1] One recommendation for the social economy was adopted:
        [2] Two recommendations for the social economy were adopted:
        [3] Three recommendations for the social economy were adopted:
        [4] Four recommendations for the social economy were adopted:
        [5] Five recommendations for the social economy were adopted:
        [6] Six recommendations for the social economy were adopted:
        [7] Seven recommendations for the social economy were adopted:
        [8] Eight recommendations for the social economy were adopted:
        [9] Nine recommendations for the social economy were adopted:
        [10] Ten recommendations for the social economy were adopted:
       *[other] { $count } recommendations for the social economy were adopted:
    }
    .open = { $title } – no implementation recorded by the end of the reporting period.
    .done = { $title } – carried out.

commitments-heading = Commitments
commitments =
    { $count ->
        [0] No commitment was in force in the reporting period.
        [1] One commitment was in force:
        [2] Two commitments were in force:
        [3] Three commitments were in force:
        [4] Four commitments were in force:
        [5] Five commitments were in force:
        [6] Six commitments were in force:
        [7] Seven commitments were in force:
        [8] Eight commitments were in force:
        [9] Nine commitments were in force:
        [10] Ten commitments were in force:
       *[other] { $count } commitments were in force:
    }
    .item = { $text } ({ commitments.channel }, at least { commitments.minimum } a year) – { commitments.done }
    .channel =
    { $channel ->
        [cyclic_partner_meeting] at cyclic partner meetings
        [written] in writing
       *[any_meeting] at meetings
    }
    .minimum =
    { $minimum ->
        [1] once
        [2] twice
       *[other] { $minimum } times
    }
    .done =
    { $times ->
        [0] never done
       *[other] done { times }
    }

# Information meetings

information-heading = Information meetings
information =
    { $count ->
        [0] No information meeting took place in the reporting period.
       *[other] { $role ->
            [organized] { information.organized }
            [participated] The partnership took part in { information.about }
           *[both] The partnership organised or took part in { information.about }
        }
    }
    .organized = The partnership organised { information.about }
    .about =
    { $count ->
        [one] { $count } information meeting to promote the partnership and the social economy in the region.
       *[other] { $count } information meetings to promote the partnership and the social economy in the region.
    }
    .hosts =
    { $count ->
        [one] It was held in { $sectors }.
       *[other] They were held in { $sectors }.
    }
    .sector =
    { $sector ->
        [labour_market_institution] labour market institutions
        [social_integration_institution] social integration institutions
        [ngo] NGOs
        [local_government] local governments
        [social_economy_entity] social economy entities
        [business] the business community
        [academia] the academic community
       *[other_public] other public institutions
    }

# Communiqués

communiques-heading = Communiqués
communiques =
    { $communiques ->
        [0] No communiqué was posted in the reporting period.
        [one] { $institutions ->
            [0] { $communiques } communiqué was released, but no partner institution posted it.
            [one] { $communiques } communiqué was posted by { $institutions } partner institution.
           *[other] { $communiques } communiqué was posted by { $institutions } partner institutions.
        }
       *[other] { $institutions ->
            [0] { $communiques } communiqués were released, but no partner institution posted all of them.
            [one] { $communiques } communiqués were posted by { $institutions } partner institution.
           *[other] { $communiques } communiqués were posted by { $institutions } partner institutions.
        }
    }
    .site = Communiqués on the work of the Programme Council are posted on the websites of { $site } and of the signatories of the Partnership.
    .sites = Communiqués on the work of the Programme Council are posted on the websites of the signatories of the Partnership.

# Effects and secretariat

effects-heading = Effects
effects =
    { $count ->
        [0] No effect was recorded in the reporting period.
        [one] Effect achieved:
       *[other] Effects achieved:
    }

secretariat-heading = Secretariat
secretariat = The secretariat of the partnership is kept by: { $unit }
    .contact = The secretariat of the partnership
    .phone = tel. { $phone }
    .email = e-mail: { $email }
    .none = No secretariat of the partnership is named.

# Notes: where figures disagree

warning-communique_coverage =
    { $communiques ->
        [0] No communiqué was posted in the reporting period, while the partnership agreement was signed by { institutions-signed }.
       *[other] { $institutions ->
            [0] No institution posted all communiqués, while the partnership agreement was signed by { institutions-signed }.
            [one] All communiqués were posted by { $institutions } institution, while the partnership agreement was signed by { institutions-signed }.
           *[other] All communiqués were posted by { $institutions } institutions, while the partnership agreement was signed by { institutions-signed }.
        }
    }
warning-commitment_unmet = Commitment “{ $text }” – { commitments.done }, while at least { commitments.minimum } was required in this period.
warning-host_sector_unknown =
    { $count ->
        [one] The sector of the host of { $count } information meeting is not known.
       *[other] The sector of the hosts of { $count } information meetings is not known.
    }
warning-genitive_missing = No genitive of a name is recorded, so the nominative was used: { $name }.
warning-not_counted =
    { $count ->
        [one] The report does not mention { $count } meeting that took place: no section is about its kind or the part of the partnership.
       *[other] The report does not mention { $count } meetings that took place: no section is about their kind or the part of the partnership.
    }
