# Texts of problems (RFC 9457) and of broken rules.

malformed-request = Malformed request
    .detail = The request cannot be read: { $reason ->
        [unreadable] the connection broke
        [incomplete] the body did not arrive whole
        [values] the body has too many values
        [trailing] something follows the JSON value
        [object] an object is expected
        [shape] a value does not have the described shape
        [json] this is not JSON, line { $line }, column { $column }
        [encoding] the text is not in the encoding that is named, or not in UTF-8 where none is (Excel in Polish also saves CSV in Windows-1250, which has to be named: `text/csv; charset=windows-1250`)
        [table] this is no table that can be read
        [quote] a quotation mark that is opened in row { $row } is never closed
        [no_rows] the table has no rows below the line of names
        [too_many_rows] the table is too large: at most { $rows } rows, { $columns } columns and { $cells } cells
       *[other] { $reason }
    }.
unknown-parameter = Unknown parameter
    .detail = There is no parameter “{ $name }” here.
invalid-parameter = Invalid parameter
    .detail = The parameter “{ $name }” has a value that is not allowed.
unauthenticated = Sign in first
    .detail = This operation needs a valid access token.
bad-credentials = Wrong address or password
    .detail = There is no active account with this address and password.
session-ended = The session has ended
    .detail = The refresh token is used up, has expired or was withdrawn. Sign in again.
second-factor-required = A one-time code is needed
    .detail = The account has a second factor: sign in with a valid “one_time_code” or “recovery_code” besides the password.
forbidden = Not permitted
    .detail = The permission “{ $permission }” is missing.
second-factor-missing = Only with a second factor
    .detail = The permission “{ $permission }” is held only in a session with a second factor.
not-found = No such resource
    .detail = The resource does not exist or is not visible to you.
method-not-allowed = Method not allowed
    .detail = Allowed methods: { $allowed }.
not-acceptable = Too many rows for this format
    .detail = Available formats: { $offered }.
request-timeout = The request took too long
    .detail = The request did not arrive in time.
not-unique = The value is taken
    .detail = Another record has this value already.
dangling-reference = A record that is referred to does not exist
    .detail = At least one reference leads to no existing record.
still-referred-to = The record is in use
    .detail = Other records refer to this record.
invalid-transition = The state cannot follow
    .detail = From “{ $from }” the record cannot go there; `allowed_transitions` says where it can.
conflict = The state stands against it
    .detail = { $reason ->
        [second_factor_present] The account has a second factor already
        [second_factor_absent] No second factor was offered or added
        [too_many_secrets] Two secrets are valid already; delete one first
        [too_many_calendar_links] You have as many calendar links as there may be; delete one first
        [too_many_exports] You have as many exports as there may be; delete one first
        [too_many_export_schedules] You have as many schedules of exports as there may be; delete one first
        [too_many_bulk_imports] The partnership has as many bulk imports as there may be; delete one first
        [bulk_import_outdated] Records were changed or recorded meanwhile, so that these rows would not become what they were tried for; send the table again
        [bulk_import_built_on] Something was built on what these rows made: it was changed since, or other records refer to it
        [register_off] This installation does not look things up in this register
        [not_invited] The account does not wait for an invitation to be accepted
        [own_account] Nobody does this to the own account or role
        [not_implemented] No implementation is recorded; record one first
        [adopted_later] What has number { $number } was adopted on a later day; an earlier adoption is recorded with a free number of its own (“number”)
        [was_in_force] What is or was in force stays on record; end it instead
        [report_not_draft] Only the draft of a report can be changed or deleted; bring it back to draft first
        [report_frozen] The report is frozen and does not change any more; if it is returned, the next one can be drafted
        [report_period_not_over] The period of the report is not over yet
        [report_outdated] Records have changed since it was approved, so that the report says something else; approve it again
        [names_person] A text names a person, whose data may have to be erased; “errors” name the places
        [webhook_not_active] The webhook is not active
       *[other] { $reason }
    }.
request-in-progress = The same request is under way
    .detail = A request with this key is still running. Try again later.
link-not-valid = The link cannot be used
    .detail = It was used, taken back, has expired or is none of ours. Ask for another one.
snapshot-required = Start again from a snapshot
    .detail = The feed of changes does not reach back that far, or not on to it. Take a new snapshot and follow the changes from there.
stale = Changed by someone else meanwhile
    .detail = The version that was given is not the current one.
too-large = The request is too large
    .detail = The body may have { $limit } bytes at most.
unsupported-media-type = Unsupported media type
    .detail = Supported: { $supported }.
invalid-values = Invalid values
    .detail = At least one value breaks a rule.
key-reused = The key was used for another request
    .detail = This Idempotency-Key came with a different request before.
precondition-required = If-Match is required
    .detail = Send the ETag of the record you read in If-Match.
too-many-requests = Too many requests
    .detail = Try again after the time in Retry-After.
register-unavailable = The register says nothing
    .detail = The register does not answer, or not as it should. What is recorded does not depend on it.
internal = Server error
    .detail = The error was logged under the request id.
not-implemented = Not supported by this server
    .detail = This server was built without PDF. The report is available as DOCX, as HTML and in the other formats.
unavailable = Temporarily unavailable
    .detail = Try again after the time in Retry-After.
storage-full = No room left to write
    .detail = Nothing can be written at the moment, because the disk of the database is full. Reading still works. Try again after the time in Retry-After.

rule-required = A value is required.
rule-unknown_field = There is no such field here.
rule-type = A value of another type is expected.
rule-length = The length or the number of items is not allowed.
rule-charset = A character that is not allowed.
rule-prefix = No value begins like this.
rule-checksum = The check digits are wrong.
rule-range = Outside the allowed range.
rule-format = Not of the expected form.
rule-unknown_code = The vocabulary has no such code.
rule-dangling_reference = There is no such record.
rule-duplicate = This value stands elsewhere already.
rule-order = The dates are the wrong way round.
rule-overlap = The periods overlap.
rule-conflict = Contradicts another value.
rule-future = Lies in the future.
rule-personal_identifier = The text holds what looks like a PESEL number, which is never stored.
rule-names_person = The text names a person of the partnership, whose data may have to be erased, while what is said here stays.
rule-other_figures = The text has to state the same numbers and dates, in the same order, as the text that it replaces.
rule-guessable = This value is easily guessed.
rule-wrong = This is not the right one.
rule-unsupported_version = This version of the format is not supported.
rule-cell_error = The cell holds an error of the spreadsheet (such as #N/A) in place of a value.
rule-ambiguous = It is not clear which of the existing records is meant; its id in a column “id” tells.

in-column = Column { $letter } “{ $heading }”: { $rule }
in-nameless-column = Column { $letter }, which has no name: { $rule }
