"""Compares an export with what the emulators say they sent: SciPy reads the MAT file, Python's csv module the CSV files.

Usage: compare_export.py MAT_FILE CSV_FOLDER TRUTH_FILE DEVICE STREAM. Prints one JSON object.
"""
import csv
import glob
import json
import os
import sys

from scipy.io import loadmat

TICK_HZ = 32768
TURN = 1 << 24


def read_truth(path):
    """Samples by the low 24 bits of their counter: the raw words as the emulator made them."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    head = rows[0]
    return head[3:], {int(row[0]) % TURN: (row[1], [int(cell) for cell in row[3:]]) for row in rows[1:] if row[0] != "ticks"}


def main(mat_file, csv_folder, truth_file, device, stream):
    names, truth = read_truth(truth_file)
    (csv_file,) = [path for path in glob.glob(os.path.join(csv_folder, f"{device}_{stream}_*.csv"))]
    with open(csv_file, newline="") as file:
        rows = list(csv.DictReader(file))
    mat = loadmat(mat_file, squeeze_me=True, struct_as_record=False)
    series = getattr(mat[device], stream)
    wrong_csv = wrong_mat = wrong_between = compared = 0
    for index, row in enumerate(rows):
        fate, words = truth[round(float(row["device_time_s"]) * TICK_HZ) % TURN]
        assert fate == "sent", row
        for name, word in zip(names, words):
            if name not in row:
                continue
            compared += 1
            wrong_csv += float(row[name]) != word
            wrong_mat += float(getattr(series, name)[index]) != word
        for name, text in row.items():
            value = float(getattr(series, name)[index])
            wrong_between += not (float(text) == value or (float(text) != float(text) and value != value))
    print(json.dumps({
        "rows": len(rows), "mat_rows": len(series.t_s), "compared": compared,
        "wrong_csv": wrong_csv, "wrong_mat": wrong_mat, "wrong_between": wrong_between,
    }))


main(*sys.argv[1:])
