"""Metrics for Prometheus and structured logs. Arguments and secrets never come here."""

import logging
from typing import Any, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300, 900, 3600, 14400, 86400)  # a click's time to a person's day


class PrometheusTelemetry:
    """Implements services.ports.Telemetry on a registry of its own, so that two servers in one process do not mix.

    A metric is `sayso_<name>`; its label names are those of its first use.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counters: dict[str, Counter] = {}
        self._histograms: dict[str, Histogram] = {}
        self._gauges: dict[str, Gauge] = {}
        self._log = structlog.get_logger("sayso")

    def count(self, name: str, **labels: str) -> None:
        counter = self._counters.get(name)
        if counter is None:
            counter = Counter(f"sayso_{name}", _words(name), list(labels), registry=self.registry)
            self._counters[name] = counter
        (counter.labels(**labels) if labels else counter).inc()

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        histogram = self._histograms.get(name)
        if histogram is None:
            histogram = Histogram(f"sayso_{name}", _words(name), list(labels), registry=self.registry, buckets=_SECONDS)
            self._histograms[name] = histogram
        (histogram.labels(**labels) if labels else histogram).observe(seconds)

    def gauge(self, name: str, read: Any, **labels: str) -> None:
        """A figure that is read when it is asked for; one for each set of labels."""
        gauge = self._gauges.get(name)
        if gauge is None:
            gauge = Gauge(f"sayso_{name}", _words(name), list(labels), registry=self.registry)
            self._gauges[name] = gauge
        (gauge.labels(**labels) if labels else gauge).set_function(read)

    def log(self, event: str, **facts: Any) -> None:
        self._log.info(event, **facts)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)


def configure_logs(stream: TextIO, *, as_json: bool) -> None:
    """One line per event on `stream`: JSON for machines, columns for people. The standard library's logs join them."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("alembic", "slack_bolt"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _words(name: str) -> str:
    return name.replace("_", " ")
