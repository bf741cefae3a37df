// A day's work with the client that openapi-generator makes for Java, as an integrator would write it.

import java.net.URI;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import pl.partnerstwo.ApiClient;
import pl.partnerstwo.ApiException;
import pl.partnerstwo.api.MeetingsApi;
import pl.partnerstwo.api.MeetingsApi.*;
import pl.partnerstwo.api.SignInApi;
import pl.partnerstwo.model.*;

class Work {
  static final String PARTNERSHIP = "partnerstwo-lubuskie";

  static void expect(boolean holds, Object what) {
    if (!holds) throw new AssertionError(what);
  }

  static APIListMeetingsRequest.Builder list() {
    return APIListMeetingsRequest.newBuilder().partnership(PARTNERSHIP);
  }

  static String tag(pl.partnerstwo.ApiResponse<?> answer) {
    return answer.getHeaders().get("etag").get(0);
  }

  public static void main(String[] args) throws ApiException {
    var client = new ApiClient();
    client.updateBaseUri(args[0]);
    var session = new SignInApi(client).login(new LoginIn().email(args[1]).password(args[2]));
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + session.getAccessToken()));
    var meetings = new MeetingsApi(client);

    var all = new ArrayList<MeetingOut>();
    String cursor = null;
    do {
      var kinds = List.of(MeetingKind.COUNCIL, MeetingKind.INFORMATION);
      var page = meetings.listMeetings(list().kind(kinds).limit(5L).cursor(cursor).build());
      all.addAll(page.getItems());
      cursor = page.getNext() == null ? null : URI.create(page.getNext()).getQuery().replaceFirst(".*\\bcursor=([^&]*).*", "$1");
    } while (cursor != null);
    expect(all.size() > 5 && all.stream().noneMatch(one -> one.getTitle().isEmpty()), all.size());

    var since = OffsetDateTime.now();
    var key = UUID.randomUUID().toString();
    var body = new MeetingIn().title("Spotkanie próbne").kind(MeetingKind.COUNCIL).heldOn(LocalDate.of(2016, 3, 1)).town("Żary");
    var created = meetings.createMeetingWithHttpInfo(PARTNERSHIP, body, key);
    var id = created.getData().getId();
    expect(created.getStatusCode() == 201, created.getStatusCode());
    expect(meetings.createMeeting(PARTNERSHIP, body, key).getId().equals(id), "the same key makes no second one");

    var patch = new MeetingPatch().title("Spotkanie zmienione").town(null);
    var patched = meetings.updateMeetingWithHttpInfo(PARTNERSHIP, id.toString(), tag(created), patch);
    var changed = patched.getData();
    expect(changed.getTitle().equals("Spotkanie zmienione") && changed.getTown() == null, changed);
    expect(changed.getHeldOn().equals(body.getHeldOn()), "what the patch leaves out stays");
    try {
      meetings.deleteMeeting(PARTNERSHIP, id.toString(), tag(created));
      expect(false, "a stale tag");
    } catch (ApiException error) {
      expect(error.getCode() == 412, error);
    }
    meetings.deleteMeeting(PARTNERSHIP, id.toString(), tag(patched));
    var gone = meetings.listMeetings(list().modifiedSince(since).build());
    expect(gone.getItems().isEmpty() && gone.getDeleted().get(0).getId().equals(id), gone);
  }
}
