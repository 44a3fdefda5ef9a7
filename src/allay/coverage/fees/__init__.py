"""Fees: what Medicare's physician fee schedule pays for a code on a day in a place, from dated releases.

`schedule.shipped_schedule()` is what Allay knows; `FeeSchedule.load(folder)` puts the user's own files of CMS
before it. `day.price_day` prices the lines of one day together.
"""
