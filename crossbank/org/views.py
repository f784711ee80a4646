"""A person's own account."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from crossbank.org.access import EVERYONE, requires
from crossbank.org.forms import PreferencesForm
from crossbank.web import answers
from crossbank.web.forms import house_helper

_LONGEST_NAME = 150


def locked(request: HttpRequest, credentials: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many tries: 429 in the asker's shape, with when to come back."""
    wait = timedelta(hours=settings.AXES_COOLOFF_TIME)
    if answers.wants_json(request):
        message = _("Too many tries. Try again in %(n)d minutes.") % {"n": wait.seconds // 60}
        response = answers.json({"code": "locked", "errors": {"__all__": [message]}}, status=429)
    else:
        context = {"cooloff_timedelta": wait}
        response = render(request, "registration/locked.html", context, status=429)
    response.headers["Retry-After"] = str(wait.seconds)
    return response


class SignInForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = house_helper()

    def clean(self) -> dict[str, Any]:
        # longer than any name: nobody's, and longer than the column that counts failed tries
        if len(self.cleaned_data.get("username", "")) > _LONGEST_NAME:
            raise self.get_invalid_login_error()
        return super().clean()


class SignIn(LoginView):
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: SignInForm) -> HttpResponse:
        response = super().form_valid(form)
        if answers.UNSAVED in self.request.GET:
            messages.warning(
                self.request,
                _("You were signed out: what you sent last was not saved. Please send it again."),
            )
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 422
        return response


@sensitive_post_parameters()
@requires(*EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    form = PasswordChangeForm(request.user, request.POST or None)
    form.helper = house_helper()
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, _("Your password is changed; other devices are signed out."))
        return redirect("preferences")
    status = 422 if request.method == "POST" else 200
    return render(request, "org/password.html", {"form": form}, status=status)


@requires(*EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("preferences")
    status = 422 if request.method == "POST" else 200
    return render(request, "org/preferences.html", {"form": form}, status=status)
