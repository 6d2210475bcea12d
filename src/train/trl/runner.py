"""Trains one model by one method with TRL, and reports in JSON lines what happens.

    python runner.py OPTIONS.json

The options say what to train, on which rows, with which settings of TRL (`trainer.ts` writes them). The report is
appended to the file they name; what libraries print goes to the log, and nobody has to read figures out of it.
"""

import json
import math
import os
import re
import sys
import time
import traceback


class Report:
    """Appends one JSON object per line; with several processes, only the first one writes."""

    def __init__(self, path):
        self.first = os.environ.get("RANK", "0") == "0"
        self.path = path if self.first else os.devnull

    def __call__(self, event, **details):
        line = json.dumps({"event": event, "at": time.monotonic(), **details}, allow_nan=False)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(line + "\n")


def figures(logs):
    """The numbers of a log entry; those that JSON cannot hold as text."""
    numbers = {}
    for name, value in logs.items():
        try:
            number = float(value)
        except (TypeError, ValueError):
            continue
        numbers[name] = number if math.isfinite(number) else str(number)
    return numbers


class NothingToTrain(Exception):
    """No row is left that anything could be learnt from."""


class StillRunning(Exception):
    """Another process trains in this folder."""


def hold(path):
    """Takes the folder's lock, which the system gives back however this process ends, and says in it who holds it."""
    lock = open(path, "a+", encoding="utf-8")
    try:
        if os.name == "nt":
            import msvcrt

            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        raise StillRunning(lock.read().strip()) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


LONE = re.compile("[\ud800-\udfff]")


def repaired(value):
    """Half of a character that takes two cannot be encoded: the character that stands for such takes its place."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if LONE.search(value) else value
    if isinstance(value, list):
        return [repaired(one) for one in value]
    if isinstance(value, dict):
        return {repaired(name): repaired(one) for name, one in value.items()}
    return value


def rows_in(path):
    """The rows of a file, each with whether it had to be repaired."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.strip():
                continue
            row = json.loads(line)
            # Only an escape can hold half of a character.
            fresh = repaired(row) if "\\ud" in line or "\\uD" in line else row
            yield fresh, fresh != row


def columns_of(path):
    """Every column that any row has, with its first value: a table has the same columns from its first row to its last."""
    columns = {}
    for row, _ in rows_in(path):
        for name, value in row.items():
            if columns.get(name) is None:
                columns[name] = value
    return columns


def rows_of(path, columns, digest):
    """The digest is not read: it keeps the library from answering with the rows of an earlier file of that name."""
    for row, _ in rows_in(path):
        yield {column: row.get(column) for column in columns}


def load_rows(options):
    """Columns hold JSON as it is: a table of structures would fill up with nulls what other rows have."""
    from datasets import Dataset, Features, Json, List, Value

    def feature_of(value):
        if isinstance(value, bool):
            return Value("bool")
        return List(Json()) if isinstance(value, list) else Json()

    columns = columns_of(options["data"])
    return Dataset.from_generator(
        rows_of,
        features=Features({name: feature_of(value) for name, value in columns.items()}),
        cache_dir=options["cache"],
        # A list would be taken for parts to be read one by one.
        gen_kwargs={"path": options["data"], "columns": tuple(columns), "digest": options["digest"]},
    )


def tokens_of(tokenizer, messages, row, **more):
    tools = row.get("tools")
    ids = tokenizer.apply_chat_template(
        messages,
        tools=json.loads(tools) if isinstance(tools, str) else tools,
        tokenize=True,
        return_dict=False,
        **{**(row.get("chat_template_kwargs") or {}), **more},
    )
    return [int(token) for token in ids]


def lengths_of(tokenizer, row):
    """Tokens of a row's prompt (0 if it has none) and of the longest of its conversations; and whether a pair is one text."""
    if "messages" in row:
        return 0, len(tokens_of(tokenizer, row["messages"], row)), False
    prompt = len(tokens_of(tokenizer, row["prompt"], row, add_generation_prompt=True))
    answers = [row[name] for name in ("completion", "chosen", "rejected") if row.get(name)]
    whole = [tokens_of(tokenizer, row["prompt"] + answer, row) for answer in answers]
    return prompt, max(map(len, whole)), len(whole) == 2 and whole[0] == whole[1]


def measure(path, most, tokenizer, report):
    """
    Counts tokens before anything is trained. What does not fit `max_length` is cut by TRL, and dropped where its prompt
    alone fills it, without a word.
    """
    dropped, cut, equal, repairs, longest, rows = [], 0, [], 0, 0, 0
    for number, (row, was_repaired) in enumerate(rows_in(path), start=1):
        rows = number
        repairs += was_repaired
        prompt, whole, same = lengths_of(tokenizer, row)
        longest = max(longest, whole)
        if same:
            equal.append(number)
        if most is not None and prompt >= most:
            dropped.append(number)
        elif most is not None and whole > most:
            cut += 1
    report(
        "measured",
        rows=rows,
        longest=longest,
        maxLength=most,
        dropped=len(dropped),
        droppedRows=dropped[:5],
        cut=cut,
        equal=len(equal),
        equalRows=equal[:5],
        repaired=repairs,
    )
    if len(dropped) == rows:
        raise NothingToTrain(
            f"the prompts of all {rows} rows fill max_length, which is {most}; "
            f"the longest row has {longest} tokens"
        )
    if len(equal) == rows:
        raise NothingToTrain(f"chosen and rejected render as the same text in all {rows} rows")


def trainer_for(options, arguments, model, callback):
    import trl

    trainer = {"sft": "SFTTrainer", "kto": "KTOTrainer", "dpo": "DPOTrainer"}[options["method"]]
    return getattr(trl, trainer)(
        model=options["model"],
        args=arguments,
        train_dataset=load_rows(options),
        quantization_config=trl.get_quantization_config(model),
        peft_config=trl.get_peft_config(model),
        callbacks=[callback],
    )


def settings_for(options):
    """TRL's own objects of the settings. They raise what TRL does not know."""
    import trl

    config = {"sft": "SFTConfig", "kto": "KTOConfig", "dpo": "DPOConfig"}[options["method"]]
    settings = {
        **options["settings"],
        "model_name_or_path": options["model"],
        "output_dir": options["output"],
        "seed": options["seed"],
    }
    parser = trl.TrlParser((getattr(trl, config), trl.ModelConfig))
    arguments, model = parser.parse_dict(settings)
    arguments.model_init_kwargs = {
        "revision": model.model_revision,
        "trust_remote_code": getattr(arguments, "trust_remote_code", False),
        "attn_implementation": model.attn_implementation,
        "dtype": model.dtype,
        **(arguments.model_init_kwargs or {}),
    }
    return arguments, model


def train(options, report):
    report("phase", phase="loading the libraries")
    import datasets
    from transformers import AutoTokenizer, TrainerCallback, set_seed

    datasets.disable_progress_bars()

    class Reporter(TrainerCallback):
        def on_train_begin(self, args, state, control, **_):
            report("begin", step=state.global_step, steps=state.max_steps)

        def on_log(self, args, state, control, logs=None, **_):
            if "loss" in (logs or {}):
                report("log", step=state.global_step, steps=state.max_steps, metrics=figures(logs))

    arguments, model = settings_for(options)
    report("phase", phase="counting tokens")
    tokenizer = AutoTokenizer.from_pretrained(
        options["model"],
        revision=model.model_revision,
        trust_remote_code=arguments.model_init_kwargs["trust_remote_code"],
    )
    tokenizer.save_pretrained(options["tokenizer"])
    report("tokenizer")
    measure(options["data"], getattr(arguments, "max_length", None), tokenizer, report)

    # The adapters' first weights are drawn when the trainer is made.
    set_seed(options["seed"])
    report("phase", phase="loading model and data")
    trainer = trainer_for(options, arguments, model, Reporter())
    if not getattr(arguments, "packing", False):
        report("kept", rows=len(trainer.train_dataset))
    if len(trainer.train_dataset) == 0:
        raise NothingToTrain("TRL dropped every row: none has a token to learn within max_length")
    trainer.train(resume_from_checkpoint=options["checkpoint"])
    report("phase", phase="saving the model")
    trainer.save_model(options["output"])
    report("end", step=trainer.state.global_step)


def main(path):
    with open(path, encoding="utf-8") as file:
        options = json.load(file)
    report = Report(options["report"])
    lock = None
    try:
        lock = hold(options["lock"]) if report.first else None
        train(options, report)
    except KeyboardInterrupt:
        report("stopped")
        raise
    except BaseException as error:
        kind = type(error)
        report("error", type=f"{kind.__module__}.{kind.__qualname__}", message=str(error))
        traceback.print_exc()
        sys.exit(1)
    finally:
        if lock:
            lock.close()


if __name__ == "__main__":
    main(sys.argv[1])
