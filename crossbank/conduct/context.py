"""Says on every page that this is a demo, when it is one."""

from django.http import HttpRequest

from crossbank.conduct.marker import is_demo


def demo(request: HttpRequest) -> dict[str, bool]:
    return {"demo_banner": is_demo()}
