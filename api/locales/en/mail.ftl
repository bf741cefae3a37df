# Letters: the value is the subject, `body` the text. Links stand on a line of their own.

invitation = Your account in Partnerstwo
    .body =
        Hello,

        an account was opened for you in Partnerstwo, the system in which a local partnership for the social economy
        keeps its records. Set your password here:

        { $link }

        The link can be used once, within 7 days. Nobody else knows your password, nor will anybody ask you for it.
        If you have an account with this address already, it gets the new roles, and this password in place of its former one.
        If you did not expect this letter, ignore it.
password-reset = Set a new password
    .body =
        Hello,

        somebody, probably you, asked for a new password of your account in Partnerstwo. Set it here:

        { $link }

        The link can be used once, within an hour. If it was not you, ignore this letter: your password stays as it is.
password-changed = Your password was changed
    .body =
        Hello,

        the password of your account in Partnerstwo was changed, and your other sessions were ended.

        If it was not you, ask for a new password at once and tell the administrator.
confirm-new-email = Confirm your new e-mail address
    .body =
        Hello,

        this address is to become the one by which you sign in to Partnerstwo. Confirm that it is yours:

        { $link }

        The link can be used once, within a day. The change takes effect when it is confirmed at your present address, too.
        If it was not you, ignore this letter.
confirm-old-email = Confirm the change of your e-mail address
    .body =
        Hello,

        somebody, probably you, asked to replace this address by another one in Partnerstwo. Confirm that it may be
        replaced:

        { $link }

        The link can be used once, within a day. The change takes effect when it is confirmed at the new address, too.
        If it was not you, do not confirm, and change your password at once.
email-changed = Your e-mail address was changed
    .body =
        Hello,

        you now sign in to Partnerstwo with another e-mail address, and your sessions were ended. Nothing will be sent to
        this address any more.

        If it was not you, tell the administrator at once.
second-factor-added = A second factor was added
    .body =
        Hello,

        from now on a one-time code is needed besides the password to sign in to your account in Partnerstwo.

        If it was not you, change your password at once and tell the administrator.
second-factor-removed = The second factor was removed
    .body =
        Hello,

        from now on the password alone is enough to sign in to your account in Partnerstwo.

        If it was not you, change your password at once and tell the administrator.

# The page to which links lead.
link-page = Link
    .password = New password (at least 12 characters)
    .set = Set the password
    .confirm = I confirm
    .done = Done. You can sign in now.
    .half = Confirmed. The change takes effect when it is confirmed at the other address, too.
    .failed = The link cannot be used.
    .noscript = This page needs JavaScript.
webhook-paused = Telling another system is paused
    .body =
        Good morning,

        the receiver of the webhook “{ $webhook }” has not taken a single message for three days. It is paused.

        Nothing is lost: once the cause is removed, bring the webhook back to the state “active”, and what changed
        meanwhile is sent in order. Every attempt stands in the list of the webhook’s messages.
