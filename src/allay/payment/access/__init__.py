"""The CMS ACCESS model, musculoskeletal track: deadlines, targets, money, forecasts, eligibility.

Much of what is known of the model comes from secondary texts or from memory. Every number carries its status,
what is not verified prints as "unconfirmed", and each can be replaced by a terms file of your own.

For a ledger, `allay.payment.access.earnings.earnings(terms, roster, reconciled_on=...)` gives what the model
pays for each patient and month: parts as they fall due and the release at reconciliation, in whole cents,
split between Medicare and the patient. The amounts add up to what `allay.payment.access.reconciliation` says
is earned. It is a pure function of its arguments.
"""
