# SPDX-License-Identifier: Apache-2.0
"""Makes the tokenizer goldens of tests/data/text (run by hand; tests never run Python).

    python tests/golden/make_tokenizer_goldens.py OUT [MISTRAL_TOKENIZER_JSON]

Made with Python 3.11, tokenizers 0.22.2. All training and test texts below were written for this file.
OUT/byte_level/tokenizer.json, OUT/byte_fallback/tokenizer.json   two tiny BPE tokenizers, trained here
OUT/byte_level.jsonl, OUT/byte_fallback.jsonl, OUT/mistral.jsonl  one text per line:
    text, ids (special tokens recognised), plain (not recognised; absent where that is not the same question),
    decoded (of ids, special tokens kept), skipped (of ids, special tokens dropped)
OUT/variants.jsonl  small changes of the two tokenizers ("base", "patch"), each with a few texts
"""
import json
import os
import sys

import tokenizers
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = QWEN2.replace(r"|\p{N}|", r"|\p{N}{1,3}|")

SENTENCES = [
    "The clerk counted 12 folders and 7 binders before lunch.",
    "She pays 3.50 for each of the 4 tickets, so she pays 14 in all.",
    "Let x = 5; then 2x + 3 = 13 and the answer is 13.",
    "Please reason step by step, and put your final answer within \\boxed{}.",
    "I'll say it once: they're late, we've waited, he'd left, it's done, I'm off, don't ask.",
    "WE'RE SHOUTING, AREN'T WE? THEY'LL HEAR US.",
    "Der Vertrag endet am 31. März, die Kündigungsfrist beträgt sechs Wochen.",
    "Die Straßenbahn fährt über die große Brücke; Übermut tut selten gut.",
    "Où est passée la clé ? L'élève l'a laissée près de la fenêtre, déjà ouverte.",
    "¿Cuántos años tiene el señor Núñez? Nació en mil novecientos ochenta.",
    "La città è bella perché c'è il mare; così dicono tutti.",
    "Сколько будет семью восемь? Пятьдесят шесть, конечно.",
    "Η απάντηση είναι σωστή, αλλά ο δρόμος ήταν μακρύς.",
    "答案是四十二，因为六乘七等于四十二。",
    "電車は午後三時に出発します。切符を忘れないでください。",
    "오늘은 날씨가 맑아서 산책하기 좋습니다.",
    "كم عدد الأيام في الأسبوع؟ سبعة أيام.",
    "כמה עולה הספר? שלושים שקלים.",
    "सात और आठ का योग पंद्रह होता है।",
    "วันนี้อากาศดีมาก เราไปเดินเล่นกันเถอะ",
    "Hôm nay trời đẹp, chúng ta đi dạo nhé.",
    "İstanbul'da ığdır kayısısı, şimdi çok güzel.",
    "Zażółć gęślą jaźń, proszę bardzo.",
    "Příliš žluťoučký kůň úpěl ďábelské ódy.",
]

CODE = [
    "def add(a, b):\n    return a + b\n",
    "for (int i = 0; i < n; ++i) {\n\tsum += v[i] * w[i];\n}\n",
    "if x is None:\n        raise ValueError('x is missing')\n",
    "SELECT name, SUM(amount) FROM ledger WHERE year >= 2020 GROUP BY name;",
    "{\"key\": [1, 2.5, -3e-7, null, true], \"other\": {\"a\": \"b\\n\"}}",
    "<div class=\"row\">\n  <b>bold &amp; brave</b>\n</div>",
    "#include <vector>\nint main() { return 0; } // nothing else\n",
    "a && b || !c ? d : e ^ f | g & ~h",
    "x_1 = y_{23} \\cdot \\frac{a^2}{\\sqrt{b}} \\pm \\left( c \\right)",
    "$ ls -la | grep '^d' > /dev/null 2>&1\n",
]

ODD = [
    "", " ", "  ", "   ", "\t", "\n", "\n\n", "\n\n\n", "\r\n", "\r\n\r\n", " \n", "\n ", "\t\n \t", "a", "A", " a", "a ", "  a", "a  ",
    "a b", "a  b", "a   b", "a\tb", "a\nb", "a\r\nb", "a \n b", "a\n\n\n\nb", "  leading", "trailing  ", "   both   ",
    "line one\nline two\n\nline four\n", "one\r\ntwo\r\n\r\nfour", "tabs\t\tand\t spaces \t mixed",
    "end with newline\n", "end with spaces    ", "end with tab\t", " \n\n  \n x", "x \n\n  \n",
    "1", "12", "123", "1234", "12345", "1234567890", "3.14159", "1,234,567.89", "-17", "+5", "1e-9", "50%", "$18.00", "0x1F",
    "2024-11-24T05:48:36Z", "½ + ¼ = ¾", "x² + y³", "ⅣⅤ ⑦ ٣٤٥ १२३",
    "!!!!!!", "...", "?!?!", "---", "--- ---", "a-b-c", "(a)[b]{c}<d>", "\"quoted\" 'single'", "a/b\\c|d", "@user #tag $var %x ^y &z *w",
    "'s", "'S", "it's IT'S iT'Re", "'ſ long s", "don''t", "'", "''", "' t", "l'l 'll 'LL", "rock'n'roll",
    "camelCaseAndSnake_case_and-kebab-case", "ALLCAPS lowercase MixedCase", "supercalifragilistic",
    "🙂", "🙂🙃", "👩‍👩‍👧‍👦 family", "🇩🇪🇫🇷 flags", "👍🏽 thumbs", "text 🚀 text", "❤️ heart", "☎ ✈ ♻",
    "e\u0301 combining", "é composed", "cafe\u0301 au lait", "a\u0308\u0323 o\u0302\u0301", "\u0301 starts with a mark", "n\u0303 \u1100\u1161\u11a8",
    "Å Å \u212b", "ﬁ ﬀ ligature", "ｆｕｌｌ ｗｉｄｔｈ １２３", "\u00a0nbsp\u00a0here", "thin\u2009space", "zero\u200bwidth", "\ufeffbom", "line\u2028separator\u2029x",
    "ideographic\u3000space", "\u180e mongolian", "\u0085next line", "soft\u00adhyphen", "rtl \u202eoverride\u202c",
    "\x00", "a\x00b", "\x01\x02\x03", "bell\x07", "\x1b[31mred\x1b[0m", "del\x7f", "\x80\x9f", "\ufffd", "\U0010ffff", "\U0001d54f \U0001d7d9",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "𐍈 gothic", "𠜎 rare", "မြန်မာ", "ខ្មែរ", "ქართული", "Հայերեն", "አማርኛ", "தமிழ்", "తెలుగు", "བོད་ཡིག",
    "▁", "▁▁a", "a▁b", " ▁ ", "<0x0A>", "<0x41>x", "Ġ", "ĠHello", "Ċ",
    "a" * 40, "ab" * 30, " " * 33, "\n" * 17, "-" * 25, "=" * 64, "abcabcabc" * 9, "9" * 31, "é" * 12, "漢" * 9, "🙂" * 7,
    "the the the the the the the the the the the the the the the the",
    "What is 6*7? <answer>42</answer>", "Step 1: add.\nStep 2: carry.\n#### 18", "\\boxed{\\frac{3}{4}}", "\\[ x = \\sqrt{2} \\]",
    "Q: 17 + 25 = ?\nA: 42\n", "user: hi\nassistant: hello", "https://example.org/a?b=c&d=%20e#f", "mail@example.org", "C:\\temp\\new.txt",
    "Name;Amount\nMüller;12,50\nO'Neil;7,00\n", "| a | b |\n|---|---|\n| 1 | 2 |", "* one\n* two\n  * three", "1. first\n2. second",
]

BYTE_LEVEL_SPECIAL = [
    "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n", "<|im_start|>system\nBe brief.<|im_end|>\n", "<|im_end|>", "<|im_end|><|im_end|>",
    "a<|im_end|>b", "a <|im_end|> b", " <|im_end|>", "<|im_end|> ", "<|im_end|>\n\n<|im_start|>", "<|im_end", "|im_end|>", "<|im_start|im_end|>",
    "<|endoftext|>", "one<|endoftext|>two<|endoftext|>", "<<|endoftext|>>", "it's<|im_end|>'s", "1<|im_end|>2",
    "<|pad|>  x", "x  <|pad|>  y", "<|pad|><|pad|>  <|pad|>", "x <mask> y", "x   <mask>y", "<mask>  <mask>", "<|pad|>  <mask>",
    "cafe\u0301<|im_end|>\u0301", "é<|im_end|>é", "<|im_start|>\u0308",
]
BYTE_LEVEL_ADDED = [  # hold added tokens that are not special
    "<think>\nreason\n</think>\n\nanswer", "<think></think>", "a<think>b</think>c", "<think", "x UNIT y", "xUNIT", "UNITy", "UNIT", "(UNIT)", "UNIT UNIT",
    "5UNIT", "tea at the café", "tea at the cafe\u0301", "caféx", "<|im_start|>assistant\n<think>\n\n</think>\n\nok<|im_end|>",
]
FALLBACK_SPECIAL = [
    "<s>", "</s>", "<s>Hello</s>", "<s> Hello </s>", "<s>[INST] What is 2+2? [/INST] 4</s>", "<s>[INST] a [/INST]b</s>[INST] c [/INST]",
    "a<s>b", "a <s> b", "<s><s>", "<unk>", "x<unk>y", "<s>\nnew line", "</s>\n", "<s", "/s>", "<s>▁a", "<s>  two", "日本<s>語</s>",
]


def texts(special):
    mixed = []
    for i, sentence in enumerate(SENTENCES):
        mixed.append(sentence + " " + CODE[i % len(CODE)] + SENTENCES[(i * 7 + 3) % len(SENTENCES)])
    return SENTENCES + CODE + ODD + mixed + special


def train_byte_level():
    tok = Tokenizer(models.BPE())
    tok.normalizer = normalizers.NFC()
    tok.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(QWEN2), behavior="isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=600, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tok.train_from_iterator((SENTENCES + CODE) * 3, trainer)
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tok.add_special_tokens([tokenizers.AddedToken(t, special=True, normalized=False) for t in special])
    tok.add_special_tokens([
        tokenizers.AddedToken("<|pad|>", special=True, normalized=False, rstrip=True),
        tokenizers.AddedToken("<mask>", special=True, normalized=False, lstrip=True)])
    tok.add_tokens([
        tokenizers.AddedToken("<think>", special=False, normalized=False),
        tokenizers.AddedToken("</think>", special=False, normalized=False),
        tokenizers.AddedToken("UNIT", special=False, normalized=False, single_word=True),
        tokenizers.AddedToken("café", special=False, normalized=True)])
    return tok


def train_byte_fallback():
    tok = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    space = [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    tok.normalizer = normalizers.Sequence(space)
    tok.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")  # only for training
    names = ["<unk>", "<s>", "</s>"] + ["<0x%02X>" % i for i in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=640, special_tokens=names, limit_alphabet=110, show_progress=False)
    tok.train_from_iterator((SENTENCES + CODE) * 3, trainer)
    tok.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    data = json.loads(tok.to_str())
    data["pre_tokenizer"] = None
    data["added_tokens"] = [t for t in data["added_tokens"] if t["id"] < 3]
    return Tokenizer.from_str(json.dumps(data))


def row(tok, text, with_plain):
    tok.encode_special_tokens = False
    ids = tok.encode(text, add_special_tokens=False).ids
    out = {"text": text, "ids": ids}
    if with_plain:
        tok.encode_special_tokens = True
        out["plain"] = tok.encode(text, add_special_tokens=False).ids
        tok.encode_special_tokens = False
    # The reference decodes letters of an added token as if they were byte-alphabet letters ("é" becomes byte E9);
    # we keep the token's text, so these rows have ids only.
    if tok.token_to_id("café") is None or tok.token_to_id("café") not in ids:
        out["decoded"] = tok.decode(ids, skip_special_tokens=False)
        out["skipped"] = tok.decode(ids, skip_special_tokens=True)
    return out


def write(path, rows):
    with open(path, "w", encoding="utf-8") as f:
        for r in rows:
            f.write(json.dumps(r, ensure_ascii=False) + "\n")
    print(path, len(rows), os.path.getsize(path))


def save(tok, folder, eos, bos=None):
    os.makedirs(folder, exist_ok=True)
    data = json.loads(tok.to_str())
    with open(folder + "/tokenizer.json", "w", encoding="utf-8") as f:
        json.dump(data, f, ensure_ascii=False, indent=0)
    config = {"eos_token": eos, "bos_token": bos, "add_bos_token": bos is not None}
    with open(folder + "/tokenizer_config.json", "w", encoding="utf-8") as f:
        json.dump(config, f, indent=1)
        f.write("\n")
    return data


def split_regex(regex, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": {"Regex": regex}, "behavior": behavior, "invert": invert}


def variants(level, fallback):
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    sequence = lambda *steps: {"type": "Sequence", "pretokenizers": list(steps) + [byte_level]}
    meta = lambda scheme, split: {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}
    meta_decoder = {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]}
    level_patches = {
        "gpt2": {"pre_tokenizer": {**byte_level, "use_regex": True}},
        "gpt2_prefix_space": {"pre_tokenizer": {**byte_level, "use_regex": True, "add_prefix_space": True}},
        "llama3": {"pre_tokenizer": sequence(split_regex(LLAMA3))},
        "llama3_removed_inverted": {"pre_tokenizer": sequence(split_regex(LLAMA3, "Removed", True))},
        "digits": {"pre_tokenizer": sequence({"type": "Digits", "individual_digits": True})},
        "digit_runs": {"pre_tokenizer": sequence({"type": "Digits", "individual_digits": False})},
        "pcre_isolated": {"pre_tokenizer": sequence(split_regex(r"[a-z]+|\p{Lu}\p{L}*|\s?\d{1,2}"))},
        "pcre_removed": {"pre_tokenizer": sequence(split_regex(r"\s+", "Removed"))},
        "pcre_previous": {"pre_tokenizer": sequence(split_regex(r"\p{P}", "MergedWithPrevious"))},
        "pcre_next": {"pre_tokenizer": sequence(split_regex(r"\s", "MergedWithNext"))},
        "pcre_contiguous": {"pre_tokenizer": sequence(split_regex(r"\d|\s", "Contiguous"))},
        "literal": {"pre_tokenizer": sequence({"type": "Split", "pattern": {"String": "a"}, "behavior": "MergedWithNext", "invert": False})},
        "nfkc": {"normalizer": {"type": "NFKC"}},
        "nfd": {"normalizer": {"type": "NFD"}},
        "no_normalizer": {"normalizer": None},
        "replace": {"normalizer": {"type": "Sequence", "normalizers": [{"type": "Replace", "pattern": {"String": "aa"}, "content": "b"}, {"type": "NFC"}]}},
    }
    fallback_patches = {
        "metaspace_first": {"normalizer": None, "pre_tokenizer": meta("first", False), "decoder": meta_decoder},
        "metaspace_always_split": {"normalizer": None, "pre_tokenizer": meta("always", True), "decoder": meta_decoder},
        "metaspace_never": {"normalizer": None, "pre_tokenizer": meta("never", True), "decoder": meta_decoder},
        "old_metaspace": {"normalizer": None, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": True}, "decoder": meta_decoder},
    }
    model_patches = {"no_byte_fallback": {"byte_fallback": False}, "unknown_apart": {"byte_fallback": False, "fuse_unk": False}, "ignore_merges": {"ignore_merges": True}}
    sample = [t for i, t in enumerate(texts([])) if i % 5 == 0 or len(t) < 4] + SENTENCES[:8] + ["Hello<s> a b</s>", "<s>x", "aaa baab 12345 x2"]
    rows = []
    def add(base, name, data, patch):
        changed = {**data, **patch}
        tok = Tokenizer.from_str(json.dumps(changed))
        for text in sample:
            if text:
                rows.append({"base": base, "name": name, "patch": patch, "text": text, "ids": tok.encode(text, add_special_tokens=False).ids})
    for name, patch in level_patches.items():
        add("byte_level", name, level, patch)
    for name, patch in fallback_patches.items():
        add("byte_fallback", name, fallback, patch)
    for name, patch in model_patches.items():
        add("byte_fallback", name, fallback, {"model": {**fallback["model"], **patch}})
    # One line per variant: the patch once, model patches as their changed keys only.
    grouped = {}
    for r in rows:
        patch = model_patches[r["name"]] if r["name"] in model_patches else r["patch"]
        g = grouped.setdefault(r["name"], {"base": r["base"], "name": r["name"], "patch": patch, "in_model": r["name"] in model_patches, "cases": []})
        g["cases"].append([r["text"], r["ids"]])
    return list(grouped.values())


def main():
    out = sys.argv[1]
    assert tokenizers.__version__ == "0.22.2", tokenizers.__version__
    # Training breaks ties by hash order, so two runs give different (equally good) tokenizers: keep those that exist.
    trained = [out + "/byte_level/tokenizer.json", out + "/byte_fallback/tokenizer.json"]
    if all(os.path.exists(path) for path in trained):
        level, fallback = [Tokenizer.from_file(path) for path in trained]
    else:
        level, fallback = train_byte_level(), train_byte_fallback()
    level_data = save(level, out + "/byte_level", "<|im_end|>")
    fallback_data = save(fallback, out + "/byte_fallback", "</s>", "<s>")
    rows = [row(level, t, True) for t in texts(BYTE_LEVEL_SPECIAL) if "café" not in t and "cafe\u0301" not in t]
    rows += [row(level, t, False) for t in BYTE_LEVEL_ADDED + [t for t in texts(BYTE_LEVEL_SPECIAL) if "cafe\u0301" in t]]
    write(out + "/byte_level.jsonl", rows)
    write(out + "/byte_fallback.jsonl", [row(fallback, t, True) for t in texts(FALLBACK_SPECIAL)])
    write(out + "/variants.jsonl", variants(level_data, fallback_data))
    if len(sys.argv) > 2:
        mistral = Tokenizer.from_file(sys.argv[2])
        write(out + "/mistral.jsonl", [row(mistral, t, True) for t in texts(FALLBACK_SPECIAL)])


main()
