"""The admin of this project: own site, one sign-in page, rights by role."""

from django.contrib.admin.apps import AdminConfig


class CrossbankAdminConfig(AdminConfig):
    default_site = "crossbank.org.admin_site.CrossbankAdminSite"
