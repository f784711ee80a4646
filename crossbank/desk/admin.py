"""The desk's part of the back office: no row of it, only the way in for old tallies."""

from django.contrib import admin

from crossbank.desk.old_tally_admin import OLD_TALLIES_PAGE

admin.site.add_page(OLD_TALLIES_PAGE)
