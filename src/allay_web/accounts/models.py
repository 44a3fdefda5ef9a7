"""The people who sign in. Patients never have an account; they open a private link."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Makes users; the e-mail address is the sign-in name."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A member of staff with a personal sign-in (45 CFR 164.312(a)(2)(i): unique user identification)."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    class Privacy:
        phi = ()
        limited = ("email", "name")
        none = ("id", "password", "last_login", "is_active", "joined_at")

    def __str__(self) -> str:
        return self.name or self.email


def display_name(user: User) -> str:
    """How a user is named on pages."""
    return str(user)


class CacheEntry(models.Model):
    """The table of Django's database cache, which counts attempts to sign in for every web server at once.

    A model, so that migrations make it on both databases; only the cache itself reads and writes it.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    class Privacy:
        phi = ()
        limited = ()
        none = ("cache_key", "value", "expires")

    def __str__(self) -> str:
        return self.cache_key
