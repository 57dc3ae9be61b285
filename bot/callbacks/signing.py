"""Signatures of the Standard Webhooks specification: by them a receiver knows who wrote a callback, and when."""

from standardwebhooks import Webhook

from bot.domain.sending import CallbackMessage


def signature_headers(message: CallbackMessage) -> dict[str, str]:
    """webhook-id, webhook-timestamp and webhook-signature: one signature for each secret, the newest first."""
    signatures = [Webhook(secret).sign(message.id, message.at, message.body) for secret in message.secrets]
    return {
        "webhook-id": message.id,
        "webhook-timestamp": str(int(message.at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
