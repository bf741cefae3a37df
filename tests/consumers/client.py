"""A day's work with the client that openapi-python-client generates, as an integrator would write it."""

import sys
import uuid
from datetime import date, datetime, timezone
from urllib.parse import parse_qs, urlsplit

from partnerstwo_client import AuthenticatedClient, Client
from partnerstwo_client.api.meetings import create_meeting, delete_meeting, list_meetings, update_meeting
from partnerstwo_client.api.sign_in import login
from partnerstwo_client.models import LoginIn, MeetingIn, MeetingKind, MeetingPatch

base, email, password = sys.argv[1:]
where = "partnerstwo-lubuskie"

token = login.sync(client=Client(base_url=base), body=LoginIn(email=email, password=password)).access_token
client = AuthenticatedClient(base_url=base, token=token)

found, more = [], {}
while True:
    page = list_meetings.sync(
        where, client=client, kind=[MeetingKind.COUNCIL, MeetingKind.INFORMATION], limit=5, **more
    )
    found += page.items
    if page.next_ is None:
        break
    more = {"cursor": parse_qs(urlsplit(page.next_).query)["cursor"][0]}
assert len(found) > 5 and all(meeting.title for meeting in found), len(found)

since = datetime.now(timezone.utc)
body = MeetingIn(title="Spotkanie próbne", kind=MeetingKind.COUNCIL, held_on=date(2016, 3, 1), town="Żary")
key = str(uuid.uuid4())
created = create_meeting.sync_detailed(where, client=client, body=body, idempotency_key=key)
assert created.status_code == 201, created.content
again = create_meeting.sync(where, client=client, body=body, idempotency_key=key)
assert again.id == created.parsed.id

patched = update_meeting.sync_detailed(
    where, str(created.parsed.id), client=client, body=MeetingPatch(town=None), if_match=created.headers["ETag"]
)
assert patched.status_code == 200 and patched.parsed.town is None, patched.content
deleted = delete_meeting.sync_detailed(
    where, str(created.parsed.id), client=client, if_match=patched.headers["ETag"]
)
assert deleted.status_code == 204, deleted.content
changed = list_meetings.sync(where, client=client, modified_since=since)
assert [gone.id for gone in changed.deleted] == [created.parsed.id], changed
wrong = list_meetings.sync(where, client=client, limit=500)
assert wrong.errors[0].parameter == "limit", wrong
