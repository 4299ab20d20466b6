"""Prints every figure of hearing in one table, targets beside them: `python -m evals.hearing [part …] [--quick]`."""

from evals.command import Parts, run
from evals.hearing import captions, corrections, echo, ends, french, languages, phantoms, speakers, words

PARTS: Parts = {
    "words": words.figures,
    "captions": captions.figures,
    "corrections": corrections.figures,
    "ends": ends.figures,
    "speakers": speakers.figures,
    "echo": echo.figures,
    "languages": languages.figures,
    "phantoms": phantoms.figures,
    "french": french.figures,
}

if __name__ == "__main__":
    run("evals.hearing", __doc__, PARTS)
