"""What a channel may spend: limits, holds, refused requests and requests for more."""
