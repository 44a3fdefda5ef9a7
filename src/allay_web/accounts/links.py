"""One-time links with which somebody sets the first password."""

from __future__ import annotations

from functools import partial

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from allay_web.accounts.models import User

SUBJECT = "Your Allay account"
TEXT = """You have been given an Allay account. Open this link to set your password:

{link}

The link works once, for 24 hours. After that, ask for a new one on the sign-in page.
"""


def password_path(user: User) -> str:
    """The path of a link that sets this user's password; a new password makes it useless."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def send_password_link(user: User, request: HttpRequest) -> None:
    """Send the link by e-mail, once what was done with the account is saved."""
    text = TEXT.format(link=request.build_absolute_uri(password_path(user)))
    transaction.on_commit(partial(send_mail, SUBJECT, text, None, [user.email]))
