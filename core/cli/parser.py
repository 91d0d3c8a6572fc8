"""What the command line understands."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from core.cli.config_arguments import add_config_arguments
from core.cli.download import DOWNLOADABLE, download_command
from core.cli.exchange import export_command, import_command
from core.cli.records import evaluate_command, list_command
from core.cli.sweep import add_sweep_arguments, sweep_command
from core.cli.texts import tr
from core.cli.train import train_command
from core.config.recipes import RECIPES
from core.texts.message import shorten


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line, without the usage, which is long."""
        self.exit(2, f"error: {shorten(message)} (see `{self.prog} --help`)\n")


def build_parser() -> argparse.ArgumentParser:
    """All commands; the parsed arguments hold the chosen one as `command`."""
    parser = _Parser(prog="python -m core", description=tr("Train and examine small image classifiers."))
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _add_train(commands)
    _add_sweep(commands)
    _add_list(commands)
    _add_evaluate(commands)
    _add_export(commands)
    _add_import(commands)
    _add_download(commands)
    return parser


# The type of what `add_subparsers` returns; argparse has no public name for it.
_Commands = argparse._SubParsersAction


def _add_train(commands: _Commands[_Parser]) -> None:
    text = tr("Train a network. The run is kept beside those of the app, which shows it live.")
    parser = commands.add_parser("train", help=tr("train a network"), description=text)
    parser.set_defaults(command=train_command)
    add_config_arguments(parser)
    parser.add_argument("--name", default="", help=tr("name of the run; made from the settings when left out"))
    parser.add_argument(
        "--resume",
        metavar="RUN",
        help=tr("take up an interrupted, stopped or failed run, as it is set; --lr changes its learning rate"),
    )
    parser.add_argument("--dry-run", action="store_true", help=tr("do one step, measure, and keep nothing"))
    parser.add_argument(
        "--log-interval", type=_count, default=0, metavar="N", help=tr("print the loss after every N batches")
    )
    parser.add_argument(
        "--save-model",
        nargs="?",
        const="",
        metavar="FILE",
        help=tr("at the end write the weights as a PyTorch state_dict; DATASET_ARCH.pt when no file is named"),
    )


def _add_sweep(commands: _Commands[_Parser]) -> None:
    text = tr("Train a grid of networks and compare them on validation images. Stopped, it goes on where it was.")
    parser = commands.add_parser("sweep", help=tr("train a grid of networks"), description=text)
    parser.set_defaults(command=sweep_command)
    add_sweep_arguments(parser)
    add_config_arguments(parser)


def _add_list(commands: _Commands[_Parser]) -> None:
    text = tr("List all runs, newest first, then the networks that come with the app; or the recipes.")
    parser = commands.add_parser("list", help=tr("list runs"), description=text)
    parser.set_defaults(command=list_command)
    parser.add_argument("--json", action="store_true", help=tr("as JSON, with each run's whole configuration"))
    parser.add_argument(
        "--recipes", action="store_true", help=tr("the recipes instead: {names}", names=", ".join(RECIPES))
    )


def _add_evaluate(commands: _Commands[_Parser]) -> None:
    text = tr("Measure a run's network on its test set.")
    parser = commands.add_parser("evaluate", help=tr("measure a run on its test set"), description=text)
    parser.set_defaults(command=evaluate_command)
    parser.add_argument("run", metavar="RUN", help=tr("id of a run, as in `list`"))
    parser.add_argument("--json", action="store_true", help=tr("the whole result, confusion matrix included, as JSON"))


def _add_export(commands: _Commands[_Parser]) -> None:
    text = tr("Write a run's weights as a plain PyTorch state_dict, for torch.load(FILE, weights_only=True).")
    parser = commands.add_parser("export", help=tr("write a run's weights for PyTorch"), description=text)
    parser.set_defaults(command=export_command)
    parser.add_argument("run", metavar="RUN", help=tr("id of a run, as in `list`"))
    parser.add_argument("file", metavar="FILE", type=Path)


def _add_import(commands: _Commands[_Parser]) -> None:
    text = tr("Take in weights that lie in a plain PyTorch state_dict. The settings say which network they are of.")
    parser = commands.add_parser("import", help=tr("take in weights from PyTorch"), description=text)
    parser.set_defaults(command=import_command)
    parser.add_argument("file", metavar="FILE", type=Path)
    add_config_arguments(parser)
    parser.add_argument("--name", default="", help=tr("name of the run; made from the settings when left out"))


def _add_download(commands: _Commands[_Parser]) -> None:
    text = tr("Download a data set into the data folder. What is there already is kept.")
    parser = commands.add_parser("download", help=tr("download a data set"), description=text)
    parser.set_defaults(command=download_command)
    parser.add_argument("dataset", choices=DOWNLOADABLE, help=tr("its name"))


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number
