"""Routes of accounts. The names are allauth's, which finds its own pages by them.

Left out on purpose: changing one's address (the program gives it), codes by mail, and the download of
recovery codes (a file in a downloads folder is the wrong place for them; the page prints well).
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, path, re_path

from allay_web.access.web import public, signed_in
from allay_web.accounts import views

anybody, anybody_reads = public("GET", "POST"), public("GET")
member, member_reads = signed_in("GET", "POST"), signed_in("GET")

urlpatterns: list[URLPattern] = [
    path("login/", anybody(account.login), name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", anybody_reads(account.account_inactive), name="account_inactive"),
    path("signup/", views.signup_closed, name="account_signup"),
    path("reauthenticate/", member(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", member(account.password_change), name="account_change_password"),
    path("password/set/", member(account.password_set), name="account_set_password"),
    path("password/reset/", anybody(account.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/", anybody_reads(account.password_reset_done), name="account_reset_password_done"
    ),
    path(
        "password/reset/key/done/",
        anybody_reads(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        anybody(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("second-factor/", member_reads(mfa.index), name="mfa_index"),
    path("second-factor/code/", anybody(mfa.authenticate), name="mfa_authenticate"),
    path("second-factor/reauthenticate/", member(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("second-factor/app/add/", member(totp.activate_totp), name="mfa_activate_totp"),
    path("second-factor/app/remove/", member(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "second-factor/recovery-codes/",
        member_reads(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/recovery-codes/new/",
        member(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]
