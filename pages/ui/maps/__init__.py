"""The page of maps: its kinds, the work behind them and what it keeps of a visit."""
