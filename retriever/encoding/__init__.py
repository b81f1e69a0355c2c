"""Ways to run one encoder's weights, and the choice among them by measurement on this machine."""
