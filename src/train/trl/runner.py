"""Trains one model by one method with TRL, and reports in JSON lines what happens.

    python runner.py OPTIONS.json

The options say what to train, on which rows, with which settings of TRL (`trainer.ts` writes them). The report is
appended to the file they name; what libraries print goes to the log, and nobody has to read figures out of it.
"""

import json
import math
import os
import sys
import traceback


class Report:
    """Appends one JSON object per line; with several processes, only the first one writes."""

    def __init__(self, path):
        self.path = path if os.environ.get("RANK", "0") == "0" else os.devnull

    def __call__(self, event, **details):
        line = json.dumps({"event": event, **details}, allow_nan=False)
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


def columns_of(path):
    """Every column that any row has, with its first value: a table has the same columns from its first row to its last."""
    columns = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                for name, value in json.loads(line).items():
                    if columns.get(name) is None:
                        columns[name] = value
    return columns


def rows_of(path, columns, digest):
    """The digest is not read: it keeps the library from answering with the rows of an earlier file of that name."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                row = json.loads(line)
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


def trainer_for(options, callback):
    import trl

    config, trainer = {
        "sft": ("SFTConfig", "SFTTrainer"),
        "kto": ("KTOConfig", "KTOTrainer"),
        "dpo": ("DPOConfig", "DPOTrainer"),
    }[options["method"]]
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
    return getattr(trl, trainer)(
        model=options["model"],
        args=arguments,
        train_dataset=load_rows(options),
        quantization_config=trl.get_quantization_config(model),
        peft_config=trl.get_peft_config(model),
        callbacks=[callback],
    )


def train(options, report):
    report("phase", phase="loading the libraries")
    import datasets
    from transformers import TrainerCallback, set_seed

    datasets.disable_progress_bars()

    class Reporter(TrainerCallback):
        def on_train_begin(self, args, state, control, **_):
            report("begin", step=state.global_step, steps=state.max_steps)

        def on_log(self, args, state, control, logs=None, **_):
            if "loss" in (logs or {}):
                report("log", step=state.global_step, steps=state.max_steps, metrics=figures(logs))

    # The adapters' first weights are drawn when the trainer is made.
    set_seed(options["seed"])
    report("phase", phase="loading model and data")
    trainer = trainer_for(options, Reporter())
    trainer.train(resume_from_checkpoint=options["checkpoint"])
    report("phase", phase="saving the model")
    trainer.save_model(options["output"])
    report("end", step=trainer.state.global_step)


def main(path):
    with open(path, encoding="utf-8") as file:
        options = json.load(file)
    report = Report(options["report"])
    try:
        train(options, report)
    except KeyboardInterrupt:
        report("stopped")
        raise
    except BaseException as error:
        kind = type(error)
        report("error", type=f"{kind.__module__}.{kind.__qualname__}", message=str(error))
        traceback.print_exc()
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
