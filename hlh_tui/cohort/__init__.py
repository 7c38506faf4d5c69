"""What the decisions and charts add up to: tables, survival curves, and the numbers behind them."""
