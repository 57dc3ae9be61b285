"""`sayso doctor`: looks at everything that has to be right, and says what to do where it is not."""

from bot.app.doctor.examination import Examination, Wishes
from bot.app.doctor.findings import Finding, State
from bot.app.doctor.visit import visit

__all__ = ["Examination", "Finding", "State", "Wishes", "visit"]
