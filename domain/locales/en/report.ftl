# The activity report. Zero is a sentence of its own. Each sentence stands on one line, because Fluent keeps line breaks.

report-title = Activity report, { $from } to { $to }
    .year = Activity report for { $year }
    .day = Activity report for { $to }
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
recommendation =
    .open = { $title } – no implementation recorded by the end of the reporting period.
    .begun = { $title } – being carried out.
    .done = { $title } – carried out.
    .in-part = { $title } – carried out in part.
    .told-in-part = It was carried out in part.

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
    .in-part =
    { $institutions ->
        [0] { communiques }
        [one] { communiques.released }, and all of them were posted by { $institutions } partner institution.
       *[other] { communiques.released }, and all of them were posted by { $institutions } partner institutions.
    }
    .released = { $communiques } communiqués were released
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

# Sections that are there only when there is something to say

part-number-in-words =
    { $count ->
        [1] One
        [2] Two
        [3] Three
        [4] Four
        [5] Five
        [6] Six
        [7] Seven
        [8] Eight
        [9] Nine
        [10] Ten
       *[other] { $count }
    }

recommendations_earlier-heading = Recommendations adopted before
recommendations_earlier =
    { $count ->
        [one] How a recommendation adopted before the reporting period was carried out:
       *[other] How recommendations adopted before the reporting period were carried out:
    }

conclusions-heading = Conclusions
conclusions =
    { $count ->
        [one] { part-number-in-words } conclusion for the social economy was adopted:
       *[other] { part-number-in-words } conclusions for the social economy were adopted:
    }
conclusions_earlier-heading = Conclusions adopted before
conclusions_earlier =
    { $count ->
        [one] How a conclusion adopted before the reporting period was carried out:
       *[other] How conclusions adopted before the reporting period were carried out:
    }

interventions-heading = Interventions
interventions =
    { $count ->
        [one] { part-number-in-words } intervention for the social economy was made:
       *[other] { part-number-in-words } interventions for the social economy were made:
    }
interventions_earlier-heading = Interventions made before
interventions_earlier =
    { $count ->
        [one] How an intervention made before the reporting period was carried out:
       *[other] How interventions made before the reporting period were carried out:
    }

trainings-heading = Trainings
trainings = { trainings.held }:
    .alone = { trainings.held }.
    .held =
    { $count ->
        [one] { part-number-in-words } training took place that no recommendation led to
       *[other] { part-number-in-words } trainings took place that no recommendation led to
    }

partner_forum-heading = Forum for the exchange of information and experience
partner_forum = { partner_forum.held }:
    .alone = { partner_forum.held }.
    .held = The forum for the exchange of information and experience held { meetings-in-words }

working_groups-heading = Working groups
working_groups = { working_groups.held }, { during-which } the following was done:
    .alone = { working_groups.held }.
    .held = Working groups held { meetings-in-words }

conferences-heading = Conferences
conferences = { conferences.held }:
    .alone = { conferences.held }.
    .held =
    { $count ->
        [one] { part-number-in-words } conference took place
       *[other] { part-number-in-words } conferences took place
    }

study_visits-heading = Study visits
study_visits = { study_visits.held }:
    .alone = { study_visits.held }.
    .held =
    { $count ->
        [one] { part-number-in-words } study visit took place
       *[other] { part-number-in-words } study visits took place
    }

funding_programmes-heading = Funding programmes and sources
funding_programmes = Meetings discussed the following programmes and sources of funding:
    .item =
    { $count ->
        [one] { $programme } – { $count } meeting
       *[other] { $programme } – { $count } meetings
    }

regional_committee_organized-heading = Meetings with the Regional Committee organised by the partnership
regional_committee_organized = The partnership organised { meetings-in-words } with the Regional Committee for the Development of the Social Economy.

owes_organized-heading = Meetings with OWES staff organised by the partnership
owes_organized = The partnership organised { meetings-in-words } with OWES staff.

council_elections-heading = Elections to the Programme Council
council_elections =
    { $count ->
        [one] The Programme Council was elected for the term:
       *[other] The Programme Council was elected for the terms:
    }
    .alone =
    { $count ->
        [one] The Programme Council was elected for one term.
       *[other] The Programme Council was elected for { $count } terms.
    }
    .item = from { $from } to { $to }

council_changes-heading = Changes of the membership of the Programme Council
council_changes =
    .begun-alone = { part-number-in-words } mandates began within a term.
    .ended-alone = { part-number-in-words } mandates ended before their term.
    .begun =
    { $count ->
        [one] { part-number-in-words } mandate began within a term: { $names }
       *[other] { part-number-in-words } mandates began within a term: { $names }
    }
    .ended =
    { $count ->
        [one] { part-number-in-words } mandate ended before its term: { $names }
       *[other] { part-number-in-words } mandates ended before their term: { $names }
    }

accessions-heading = Accessions to the partnership
accessions = { accessions.joined }:
    .alone = { accessions.joined }.
    .joined =
    { $count ->
        [one] { part-number-in-words } institution joined the partnership
       *[other] { part-number-in-words } institutions joined the partnership
    }

withdrawals-heading = Withdrawals from the partnership
withdrawals = { withdrawals.left }:
    .alone = { withdrawals.left }.
    .left =
    { $count ->
        [one] { part-number-in-words } institution left the partnership
       *[other] { part-number-in-words } institutions left the partnership
    }

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
warning-presenters_missing =
    { $count ->
        [one] The agenda of { $count } meeting announces good practices, but no institution is recorded that presented any.
       *[other] The agendas of { $count } meetings announce good practices, but no institution is recorded that presented any.
    }
warning-phrase_in_another_case =
    { $count ->
        [one] The agenda of { $count } meeting has items worded only in a case that its sentence does not take, so they are left out.
       *[other] The agendas of { $count } meetings have items worded only in a case that their sentence does not take, so they are left out.
    }
warning-implemented_on_unknown =
    { $count ->
        [one] It is not known when { $count } adopted recommendation, conclusion or intervention was carried out.
       *[other] It is not known when { $count } adopted recommendations, conclusions or interventions were carried out.
    }
warning-not_counted =
    { $count ->
        [one] The report does not mention { $count } meeting that took place: no section is about meetings of its kind.
       *[other] The report does not mention { $count } meetings that took place: no section is about meetings of their kinds.
    }
warning-edit_outdated = The edit of “{ $key }” is left out, because what it replaces has changed since.
warning-paragraph_moved = The paragraph added after “{ $key }” stands at the end, because the report does not have that place any more.
