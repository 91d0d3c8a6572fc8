"""Charts in two steps: `*_data` makes plain values, `*_chart` draws them."""
