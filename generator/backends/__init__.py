"""Chat models: this machine's, any OpenAI-compatible server's, and the scripted double."""
