"""Charts as SVG and PNG, drawn by Vega-Lite before the report is opened."""
