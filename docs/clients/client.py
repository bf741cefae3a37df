"""A reporting client that works unattended, on the client that is generated from the document.

    pip install openapi-python-client standardwebhooks
    openapi-python-client generate --url http://127.0.0.1:8080/openapi.json --config python.yml --output-path partnerstwo
    pip install ./partnerstwo
    PARTNERSTWO_ID=... PARTNERSTWO_SECRET=... python client.py http://127.0.0.1:8080 partnerstwo-lubuskie 2016

`python.yml` (in `tests/consumers`) says how the generator takes formats that it does not know.
"""

import json
import os
import sys
import time
from urllib.parse import parse_qs, urlsplit

from partnerstwo_client import AuthenticatedClient, Client
from partnerstwo_client.api.changes import list_partnership_changes
from partnerstwo_client.api.o_auth import create_token
from partnerstwo_client.api.reports import read_activity_report
from partnerstwo_client.models import GrantType, ListPartnershipChangesInclude, ServiceTokenIn
from standardwebhooks import Webhook


class Service:
    """Signs in again when the token is over, and waits when it is asked to."""

    def __init__(self, base, client_id, secret):
        self.base, self.client_id, self.secret = base, client_id, secret
        self.client = None

    def sign_in(self):
        asked = ServiceTokenIn(GrantType.CLIENT_CREDENTIALS, client_id=self.client_id, client_secret=self.secret)
        token = create_token.sync_detailed(client=Client(base_url=self.base), body=asked)
        if token.status_code != 200:
            raise PermissionError(token.content.decode())
        self.client = AuthenticatedClient(
            base_url=self.base, token=token.parsed.access_token, timeout=60
        )

    def ask(self, call):
        """Answers what a call of the generated client answers; `call` is given the client."""
        while True:
            if self.client is None:
                self.sign_in()
            answer = call(self.client)
            if answer.status_code == 401:
                self.client = None
            elif answer.status_code in (429, 503):
                time.sleep(int(answer.headers.get("Retry-After", 5)))
            else:
                return answer


def snapshot(service, partnership):
    """Everything the service may read, by id, and the number of the feed at which that stands."""

    def taken(client):
        # Lines, not one object: read with the HTTP client underneath.
        return client.get_httpx_client().post(f"/api/v1/partnerships/{partnership}/snapshots")

    answer = service.ask(taken)
    answer.raise_for_status()
    first, *records, last = (json.loads(line) for line in answer.text.splitlines())
    if last["type"] != "end" or last["records"] != len(records):
        raise OSError("the snapshot is not whole")
    return {line["id"]: line["record"] for line in records}, first["seq"]


def follow(service, partnership, copy, after, wait=30):
    """Brings the copy up to date; answers the number to go on from, to be stored with it."""
    page = service.ask(
        lambda client: list_partnership_changes.sync_detailed(
            partnership, client=client, after=after, wait=wait, include=ListPartnershipChangesInclude.RECORD
        )
    )
    if page.status_code == 410:
        fresh, after = snapshot(service, partnership)
        copy.clear()
        copy.update(fresh)
        return after
    for change in page.parsed.items:
        if change.op in ("deleted", "unpublished") or change.record is None:
            copy.pop(str(change.id), None)
        else:
            copy[str(change.id)] = change.record.to_dict()
    return int(parse_qs(urlsplit(page.parsed.next_).query)["after"][0])


def report(service, partnership, year, tag=None):
    """The activity report and its tag; nothing when it is the same as under `tag`."""
    known = {"If-None-Match": tag} if tag else {}
    answer = service.ask(
        lambda client: read_activity_report.sync_detailed(partnership, client=client.with_headers(known), year=year)
    )
    return (None, tag) if answer.status_code == 304 else (answer.parsed, answer.headers["ETag"])


def receive(secret, headers, body):
    """What a genuine webhook says; WebhookVerificationError of any other."""
    return Webhook(secret).verify(body, headers)


def main():
    base, partnership, year = sys.argv[1], sys.argv[2], int(sys.argv[3])
    service = Service(base, os.environ["PARTNERSTWO_ID"], os.environ["PARTNERSTWO_SECRET"])
    copy, after = snapshot(service, partnership)
    print(f"{len(copy)} records at {after}")
    tag = None
    while True:
        current, tag = report(service, partnership, year, tag)
        if current is not None:
            print(f"report of {year}: {len(current.sections)} sections, {tag}")
        after = follow(service, partnership, copy, after)
        print(f"{len(copy)} records at {after}")


if __name__ == "__main__":
    main()
