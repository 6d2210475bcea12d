"""Does a file of 50 MB, whose first call of a tool comes after the library's first block, reach the trainer as it is?

    python late-columns.py FOLDER

Reads it as TRL's command line does, and as Juxta's runner does.
"""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "src", "train", "trl"))
import runner  # noqa: E402

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
file = os.path.join(folder, "rows.jsonl")
plain = {"role": "assistant", "content": "There is a room. " * 40}
calling = {
    "role": "assistant",
    "content": "",
    "tool_calls": [{"type": "function", "function": {"name": "search", "arguments": {"area": "north"}}}],
}


def write(first, later):
    size = 0
    with open(file, "w", encoding="utf-8") as out:
        while size < 50e6:
            answer = first if size < 25e6 else later
            line = json.dumps({"messages": [{"role": "user", "content": f"I want a room, {size}."}, answer]})
            size += out.write(line + "\n")


def differing(rows):
    with open(file, encoding="utf-8") as lines:
        return sum(json.loads(line) != row for line, row in zip(lines, rows, strict=True))


def told(read):
    begun = time.monotonic()
    try:
        rows = read()
        return f"{differing(rows)} of {len(rows)} rows differ from the file ({time.monotonic() - begun:.0f} s)"
    except Exception as error:  # what the library raises is the finding
        cause = error.__cause__ or error
        return f"{type(cause).__name__}: {str(cause).splitlines()[0][:90]}"


def by_library():
    from datasets import load_dataset

    return load_dataset("json", data_files=[file], split="train", cache_dir=os.path.join(folder, "library"))


def by_runner():
    digest = str(os.path.getmtime(file))
    return runner.load_rows({"data": file, "digest": digest, "cache": os.path.join(folder, "runner")})


for name, first, later in [("calls come late", plain, calling), ("calls come first", calling, plain)]:
    write(first, later)
    print(f"{name}, {os.path.getsize(file) / 1e6:.0f} MB")
    print(f"  as TRL's command line reads it: {told(by_library)}")
    print(f"  as Juxta's runner reads it:     {told(by_runner)}")
