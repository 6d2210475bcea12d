"""
Stands in for TRL in tests: takes the options that its documentation names (clis.md, kto_trainer.md), calls back and
leaves checkpoints and an adapter as the Trainer does. STAND_IN says how it behaves: see `stand-in.ts`.
"""

import json
import math
import os
import signal
import time
from dataclasses import dataclass, fields
from typing import Any

behaviour = json.loads(os.environ.get("STAND_IN", "{}"))

if behaviour.get("stubborn"):
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@dataclass
class ModelConfig:
    model_name_or_path: str = None
    model_revision: str = "main"
    dtype: str = "float32"
    attn_implementation: str = None
    use_peft: bool = False
    lora_r: int = 16
    lora_alpha: int = 32
    lora_dropout: float = 0.05
    lora_target_modules: Any = None
    load_in_4bit: bool = False
    load_in_8bit: bool = False
    bnb_4bit_quant_type: str = "nf4"
    use_bnb_nested_quant: bool = False


@dataclass
class Config:
    output_dir: str = None
    learning_rate: float = 1e-6
    lr_scheduler_type: str = "linear"
    warmup_steps: float = 0
    weight_decay: float = 0
    num_train_epochs: float = 3
    max_steps: int = -1
    per_device_train_batch_size: int = 8
    gradient_accumulation_steps: int = 1
    gradient_checkpointing: bool = True
    max_length: int = 1024
    optim: str = "adamw_torch"
    bf16: bool = False
    use_cpu: bool = False
    seed: int = 42
    report_to: str = "none"
    save_strategy: str = "steps"
    save_steps: int = 500
    save_total_limit: int = None
    logging_strategy: str = "steps"
    logging_steps: int = 500
    logging_first_step: bool = False
    model_init_kwargs: dict = None


@dataclass
class SFTConfig(Config):
    assistant_only_loss: bool = False
    packing: bool = False
    chat_template_path: str = None


@dataclass
class KTOConfig(Config):
    beta: float = 0.1
    desirable_weight: float = 1
    undesirable_weight: float = 1

    def __post_init__(self):
        if self.per_device_train_batch_size == 1:
            raise ValueError("Actual (not effective) batch size must be > 1.")


@dataclass
class DPOConfig(Config):
    beta: float = 0.1
    label_smoothing: float = 0


class TrlParser:
    def __init__(self, kinds):
        self.kinds = kinds

    def parse_dict(self, given):
        unused = set(given)
        parsed = []
        for kind in self.kinds:
            names = {field.name for field in fields(kind)}
            parsed.append(kind(**{name: value for name, value in given.items() if name in names}))
            unused -= names
        if unused:
            raise ValueError(f"Some keys are not used by the HfArgumentParser: {sorted(unused)}")
        return tuple(parsed)


def get_quantization_config(model):
    return {"load_in_4bit": True} if model.load_in_4bit else None


def get_peft_config(model):
    return model if model.use_peft else None


class OutOfMemoryError(RuntimeError):
    __module__ = "torch"


class State:
    def __init__(self, global_step, max_steps):
        self.global_step = global_step
        self.max_steps = max_steps


class Trainer:
    def __init__(self, model, args, train_dataset, quantization_config, peft_config, callbacks):
        if quantization_config and not peft_config:
            raise ValueError("You cannot train a quantized model without adapters.")
        self.model, self.args, self.adapter, self.callbacks = model, args, peft_config, callbacks
        self.train_dataset = train_dataset
        per_epoch = math.ceil(
            len(train_dataset) / (args.per_device_train_batch_size * args.gradient_accumulation_steps)
        )
        self.per_epoch = per_epoch
        self.state = State(0, args.max_steps if args.max_steps > 0 else per_epoch * args.num_train_epochs)

    def call(self, name, **details):
        for callback in self.callbacks:
            if hasattr(callback, name):
                getattr(callback, name)(self.args, self.state, None, **details)

    def checkpoint(self, whole=True):
        folder = os.path.join(self.args.output_dir, f"checkpoint-{self.state.global_step}")
        os.makedirs(folder, exist_ok=True)
        open(os.path.join(folder, "adapter_model.safetensors"), "w").close()
        if whole:
            with open(os.path.join(folder, "trainer_state.json"), "w", encoding="utf-8") as file:
                json.dump({"global_step": self.state.global_step}, file)

    def log(self, **logs):
        print({name: str(value) for name, value in logs.items()})
        self.call("on_log", logs=logs)

    def train(self, resume_from_checkpoint=None):
        if resume_from_checkpoint and not behaviour.get("forgetful"):
            with open(os.path.join(resume_from_checkpoint, "trainer_state.json"), encoding="utf-8") as file:
                self.state.global_step = json.load(file)["global_step"]
        self.call("on_train_begin")
        if behaviour.get("idle"):
            return
        while self.state.global_step < self.state.max_steps:
            step = self.state.global_step = self.state.global_step + 1
            time.sleep(behaviour.get("stepMs", 0) / 1000)
            if behaviour.get("failAt") == step:
                raise OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
            if behaviour.get("dieAt") == step:
                self.checkpoint(whole=False)
                os.kill(os.getpid(), signal.SIGKILL)
            loss = float(f"{2 / (1 + step):.4g}")
            rate = self.args.learning_rate
            self.log(loss=loss, learning_rate=rate, num_tokens=1000 * step, epoch=step / self.per_epoch)
            if step % self.args.save_steps == 0 or step == self.state.max_steps:
                self.checkpoint()
        self.log(train_runtime=1.104, train_loss=0.8561, epoch=1)

    def save_model(self, output):
        if behaviour.get("empty"):
            return
        with open(os.path.join(output, "rows.json"), "w", encoding="utf-8") as file:
            json.dump(self.train_dataset, file)
        with open(os.path.join(output, "adapter_config.json"), "w", encoding="utf-8") as file:
            json.dump({"base_model_name_or_path": self.model, "r": self.adapter.lora_r}, file)
        with open(os.path.join(output, "adapter_model.safetensors"), "w", encoding="utf-8") as file:
            file.write("weights")


class SFTTrainer(Trainer):
    pass


class KTOTrainer(Trainer):
    pass


class DPOTrainer(Trainer):
    pass
