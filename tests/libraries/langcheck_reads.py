"""What LangCheck makes of an exported folder, as JSON; run by the Python that has LangCheck.

The frame is read as the README of the folder says. Values come back with what they are about, so
that the tests, which know what was exported, can judge them.
"""

import json
import sys
from pathlib import Path

import langcheck
import pandas
from langcheck.metrics.en.pairwise_text_quality import simulated_annotators
from langcheck.metrics.eval_clients import OpenAIEvalClient
from langcheck.metrics.prompts._utils import load_few_shot_examples


def frames(place: Path) -> dict:
    """Metrics over the frame: of texts alone, of meaning, and of a judge who sees passages."""
    frame = pandas.read_json(place / "outputs/test.jsonl", lines=True, dtype=False)
    expecting = frame[frame.reference_outputs != ""]
    answers = (
        expecting.generated_outputs.tolist(),
        expecting.reference_outputs.tolist(),
        expecting.prompts.tolist(),
    )
    sourced = frame.generated_outputs.tolist(), frame.sources.tolist(), frame.prompts.tolist()
    metrics, judge = langcheck.metrics, OpenAIEvalClient()
    values = {
        "exact_match": metrics.exact_match(*answers),
        "semantic_similarity": metrics.semantic_similarity(*answers, eval_model=judge),
        "answer_correctness": metrics.answer_correctness(*answers, eval_model=judge),
        "factual_consistency": metrics.factual_consistency(*sourced, eval_model=judge),
    }
    return {name: rows_of(value.to_df()) for name, value in values.items()}


def rows_of(frame: pandas.DataFrame) -> list[dict]:
    return json.loads(frame.to_json(orient="records"))


def pool(place: Path) -> dict:
    """The pairwise comparison with a confidence from the pool, and the pool as it reads it."""
    path = str((place / "preferences/test.jsonl").resolve())
    examples = load_few_shot_examples(path)
    first, second = ([one[side] for one in examples] for side in ("model_a", "model_b"))
    prompts = [one["prompt"] for one in examples]
    judge = OpenAIEvalClient()
    compared = langcheck.metrics.pairwise_comparison(
        first,
        second,
        prompts,
        calculated_confidence=True,
        preference_data_path=path,
        seed=1,
        eval_model=judge,
    )
    asked = [
        {"user_query": prompt, "gen_output_a": a, "gen_output_b": b}
        for prompt, a, b in zip(prompts, first, second, strict=True)
    ]
    confidence = simulated_annotators(asked, judge, path, seed=1)
    return {
        "examples": examples,
        "scores": compared.metric_values,
        "explanations": compared.explanations,
        "confidence": confidence,
    }


if __name__ == "__main__":
    subject, place, answer = sys.argv[1:]
    found = {"frames": frames, "pool": pool}[subject](Path(place))
    Path(answer).write_text(json.dumps(found), encoding="utf-8")
