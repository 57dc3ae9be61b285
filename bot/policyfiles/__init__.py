"""Policy files: YAML with CEL conditions becomes the domain's Policy; errors name file, line and column."""

from bot.policyfiles.loading import load_policy, read_policy, shipped_policies
from bot.policyfiles.problems import PolicyError, Problem

__all__ = ["PolicyError", "Problem", "load_policy", "read_policy", "shipped_policies"]
