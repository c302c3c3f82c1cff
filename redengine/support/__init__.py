"""What every layer may use: JSON text, forks, signals, HTML, histograms."""
