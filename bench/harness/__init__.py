"""The parts of bench/run: processes, measurements, report."""
