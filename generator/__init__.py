"""What is said, and whether it is true: chat models, prompts, the writer, grounding."""
