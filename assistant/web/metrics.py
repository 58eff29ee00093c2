"""Figures for Prometheus. Labels are few and known: no address, no question, no path that a visitor makes up."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant.answers import Answer

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """One server's figures, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._questions = Counter(
            "cchc_questions", "Questions answered.", ["status", "language", "channel"], registry=self.registry
        )
        self._latency = Histogram("cchc_answer_seconds", "Time to answer.", ["channel"], buckets=_SECONDS, registry=self.registry)
        self._requests = Counter("cchc_requests", "HTTP requests.", ["route", "method", "status"], registry=self.registry)
        self._limited = Counter("cchc_rate_limited", "Requests refused by a rate limit.", ["limit"], registry=self.registry)
        self._errors = Counter("cchc_errors", "Requests that ended in an error.", ["code"], registry=self.registry)
        self._feedback = Counter("cchc_feedback", "Opinions on answers.", ["rating"], registry=self.registry)
        self._ingested = Counter("cchc_ingested", "Files ingested through the server.", ["status"], registry=self.registry)
        self.in_flight = Gauge("cchc_requests_in_flight", "Requests being answered.", registry=self.registry)
        self.ready = Gauge("cchc_ready", "1 when the library is open.", registry=self.registry)
        self.public_api = Gauge("cchc_public_api", "1 while the public API is on.", registry=self.registry)

    def answered(self, answer: Answer, channel: str, seconds: float) -> None:
        """Count an answer given through a channel: "api", "widget", "chat_completions" or "console"."""
        self._questions.labels(answer.status, answer.language, channel).inc()
        self._latency.labels(channel).observe(seconds)

    def requested(self, route: str, method: str, status: int) -> None:
        self._requests.labels(route, method, str(status)).inc()

    def limited(self, limit: str) -> None:
        self._limited.labels(limit).inc()

    def failed(self, code: str) -> None:
        self._errors.labels(code).inc()

    def rated(self, rating: str) -> None:
        self._feedback.labels(rating).inc()

    def ingested(self, status: str) -> None:
        """Count a file: "added", "updated", "unchanged" or "failed"."""
        self._ingested.labels(status).inc()

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
