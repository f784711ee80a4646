"""How a session becomes a person."""

from django.contrib.auth.backends import ModelBackend

from crossbank.org.models import User


class PeopleBackend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        """This will read the person with branch and region in one query; every page needs them."""
        people = User.objects.select_related("branch__region", "region")
        user = people.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
