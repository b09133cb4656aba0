#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Dumps answers and their scores for tests/generate/reasoning_gym_test.cpp.

    pip install reasoning-gym==0.1.25
    python3 tests/golden/make_reasoning_gym.py > tests/data/generate/reasoning_gym.jsonl

reasoning-gym (https://github.com/open-thought/reasoning-gym) is under the Apache License 2.0, and so are the golds that
its generators write, which this file holds. One row per question: task, verifier and params as Veritune reads it, gold, and
answers with the score that the task's own scorer gives them: the gold, other questions' golds and damaged golds. Left out: game_of_life_halting, whose
scorer in this version gives 1.0 to any text, and rows whose gold is empty.
"""
import contextlib
import json
import random
import sys

import reasoning_gym

SIZE = 6
SEED = 20260401
INTEGER = """aiw binary_alternation chain_sum count_bits count_primes gcd lcm gsm_symbolic largest_island leg_counting letter_counting
number_sequence products simple_equations rotten_oranges self_reference basic_arithmetic circuit_logic maze
simple_geometry""".split()
NUMERIC = "decimal_chain_sum dice number_format".split()
TEXT = """base_conversion caesar_cipher spell_backward color_cube_rotation acre family_relationships needle_haystack syllogism
course_schedule isomorphic_strings ransom_note ab spiral_matrix zebra_puzzles bf rotate_matrix
binary_matrix manipulate_matrix string_insertion string_manipulation bitwise_arithmetic""".split()
LIST = "word_sorting word_sequence_reversal".split()


def plain(task, item):
    if task in INTEGER:
        return "integer", {}, item["answer"]
    if task in NUMERIC:
        return "numeric", {}, item["answer"]
    if task in TEXT:
        return "text_exact", {"case_sensitive": True}, item["answer"]
    return "list", {"element": {"verifier": "text_exact", "params": {"case_sensitive": True}}}, item["answer"].split(", ")


def sudoku(_, item):
    puzzle = item["metadata"]["puzzle"]
    return "grid", {"kind": "sudoku", "size": len(puzzle), "givens": puzzle}, None


def n_queens(_, item):
    puzzle = [[1 if cell == "Q" else 0 for cell in row] for row in item["metadata"]["puzzle"]]
    return "grid", {"kind": "queens", "size": len(puzzle), "givens": puzzle}, None


def graph_color(_, item):
    puzzle = item["metadata"]["puzzle"]
    names = {"kind": "colouring", "nodes": [str(v) for v in puzzle["vertices"]],
             "edges": [[str(a), str(b)] for a, b in puzzle["edges"]],
             "colours": [str(c) for c in puzzle["color_options"]]}
    return "grid", names, None


def hanoi(_, item):
    data = item["metadata"]
    pegs = [str(i + 1) for i in range(data["num_pegs"])]
    return "plan", {"kind": "hanoi", "disks": data["num_disks"], "pegs": pegs, "start": str(data["start_peg"]),
                    "goal": str(data["target_peg"])}, None


def maze_path(_, item):
    rows = ["".join({"*": "S", "#": "G", "O": ".", "X": "#"}[cell] for cell in row) for row in item["metadata"]["matrix"]]
    if item["answer"] == "infeasible":
        return None
    return "path", {"kind": "maze", "rows": rows, "want": "shortest"}, None


def solver_answer(task, item):
    if item["answer"] is not None:
        return item["answer"]
    return json.dumps(item["metadata"]["possible_answer"]) if task == "graph_color" else None


TASKS = {task: plain for task in INTEGER + NUMERIC + TEXT + LIST}
TASKS.update({"mini_sudoku": sudoku, "sudoku": sudoku, "n_queens": n_queens, "graph_color": graph_color,
              "tower_of_hanoi": hanoi, "shortest_path": maze_path})


def damaged(rng, gold):
    """Answers that look like the gold."""
    made = []
    tokens = gold.split(" ")
    digits = [i for i, c in enumerate(gold) if c.isdigit()]
    if digits:
        at = rng.choice(digits)
        made.append(gold[:at] + str((int(gold[at]) + 1) % 10) + gold[at + 1:])
    if len(tokens) > 2:
        a, b = rng.sample(range(len(tokens)), 2)
        tokens[a], tokens[b] = tokens[b], tokens[a]
        made.append(" ".join(tokens))
        made.append(" ".join(gold.split(" ")[:-1]))
    if len(gold) > 2:
        made.append(gold[::-1])
    return [text for text in made if text.strip()]


def rows():
    for task in sorted(TASKS):
        rng = random.Random(task)
        data = reasoning_gym.create_dataset(task, size=SIZE, seed=SEED)
        items = [data[i] for i in range(SIZE)]
        golds = [solver_answer(task, item) for item in items]
        for item, gold in zip(items, golds):
            reading = TASKS[task](task, item)
            if not gold or reading is None or len(gold) > 600:
                continue
            verifier, params, kept = reading
            answers = [gold]
            for text in [g for g in golds if g] + damaged(rng, gold):
                if text not in answers and len(answers) < 6:
                    answers.append(text)
            scored = [[text, data.score_answer(text, entry=item)] for text in answers]
            yield {"task": task, "verifier": verifier, "params": params, "gold": kept, "answers": scored}


# Some generators print notes of their own.
with contextlib.redirect_stdout(sys.stderr):
    lines = [json.dumps(row, ensure_ascii=False) for row in rows()]
print("\n".join(lines))
