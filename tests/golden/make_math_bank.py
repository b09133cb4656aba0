# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/math/bank.jsonl: labelled (gold, answer) pairs. Run: python3 make_math_bank.py OUT
Labels are by hand or by construction (both spellings are made from one number); nothing is computed by the verifier."""
import json, sys
out, seen = [], set()
def row(cat, gold, answer, ok, **more):
    key = (gold, answer, str(more))
    if key in seen: return
    seen.add(key)
    out.append({"cat": cat, "gold": gold, "answer": answer, "ok": ok, **more})
def both(cat, gold, right, wrong):
    for a in right: row(cat, gold, a, True)
    for a in wrong: row(cat, gold, a, False)
for n in (7, 17, 1234, 12345678, 85184, 402):
    g = format(n, ",")
    both("integers", str(n), [g, g.replace(",", ",\\!"), g.replace(",", "{,}"), f"{n}.0", f"+{n}", f"${n}$", f"x = {n}", f"\\boxed{{{n}}}" if 0 else f" {n} ", f"\\frac{{{2*n}}}{{2}}", f"{n}."],
         [str(n+1), str(-n), str(10*n), f"0.{n}", str(n)+"00", f"{n} or {n+1}", f"{n}, {n+1}", f"\\frac{{1}}{{{n}}}", f"\\pm {n}", f"{n}\\%", f"[{n}, {n+2}]"])
    both("integers", g, [str(n)], [str(n+1)])
for a, b in ((1,2),(3,4),(9,7),(25,16),(7,12),(2,3)):
    both("fractions", f"\\frac{{{a}}}{{{b}}}", [f"{a}/{b}", f"\\dfrac{{{a}}}{{{b}}}", f"\\tfrac{a}{b}" if a<10 and b<10 else f"\\tfrac{{{a}}}{{{b}}}", f"\\frac{{{2*a}}}{{{2*b}}}", f"{a}\\div {b}", f"\\left(\\frac{{{a}}}{{{b}}}\\right)", f"-\\frac{{-{a}}}{{{b}}}", f"\\frac{{{a}}}{{{b}}}\\,"],
         [f"{b}/{a}", f"-{a}/{b}", f"\\frac{{{a+1}}}{{{b}}}", f"\\frac{{{a}}}{{{b+1}}}", f"{a}{b}", f"{a}:{b}" if 0 else f"{a}-{b}", f"\\frac{{{a}}}{{{b}}} \\text{{ or }} {a}"])
both("fractions", "1\\frac{4}{5}", ["9/5","1.8","1 4/5","\\frac95","1 \\frac{4}{5}"], ["14/5","4/5","1\\frac{5}{4}"])
both("fractions", "-1\\frac{1}{2}", ["-1.5","-3/2"], ["-1/2","-0.5"])
both("fractions", "\\frac{270}7", ["270/7","38\\frac{4}{7}"], ["270","38.57"])
both("fractions", "\\frac 9{20}", ["0.45","9/20"], ["0.46"])
both("decimals", "0.5", [".5","1/2","0.50","50\\%","5 \\times 10^{-1}","5e-1"], ["0.05","5","0.51","0.5000001","50"])
both("decimals", "37.72", ["37.720","\\frac{943}{25}"], ["37.7","37.73","3772"])
both("decimals", ".0000672", ["6.72\\times 10^{-5}","6.72 \\cdot 10^{-5}","0.0000672"], ["6.72\\times 10^{5}","6.72","0.000067"])
both("decimals", "1/3", ["0.333333","0.\\overline{3}","0.3333333333"], ["0.33","0.333","0.3334","0.333334"])
both("decimals", "\\sqrt{2}", ["1.414214","1.4142135","\\sqrt 2","2^{1/2}","2^{0.5}"], ["1.41","1.414","1.414215","2"])
both("decimals", "0.1\\overline{6}", ["1/6"], ["0.16","1/7","16/100"])
for p in (20, 28, 33, 44):
    both("percent", f"{p}\\%", [f"{p}%", f"0.{p}", f"{p} \\%", f"\\frac{{{p}}}{{100}}", f"{p}\\text{{ percent}}", f"{p} percent"], [str(p), f"{p+1}\\%", f"{p}00\\%", f"0.0{p}"])
    both("percent", str(p), [], [f"{p}\\%", f"0.{p}"])
    row("percent", f"{p}\\%", str(p), True, params={"percent_lenient": True})
for m in ("76.80", "139", "3.25", "15,600"):
    v = m.replace(",", "")
    both("money", f"\\${m}", [f"${m}", m, v, f"\\$ {v}", f"{v} dollars", f"\\text{{\\$}}{v}" if 0 else f"\\$\\,{v}", f"{v}\\text{{ dollars}}"], [f"{v}1" if "." in v else v + ".5", f"\\${v}0" if "." not in v else f"\\$1{v}", f"€{v}", f"{v}\\text{{ cents}}", f"-{v}"])
    both("money", v, [f"\\${m}", f"${v}", f"{v} dollars", f"€{v}"], [f"-\\${v}"])
for n, u, alias, other in ((25,"ft","feet","m"),(5,"cm","centimeters","m"),(162,"minutes","min","hours"),(12,"km","kilometers","miles"),(188,"units","units","units^2") if 0 else (45,"mph","miles per hour","km/h"),(8,"kg","kilograms","g")):
    both("units", f"{n} \\text{{ {u}}}", [f"{n}", f"{n} {alias}", f"{n}\\,\\mathrm{{{u}}}", f"{n}\\text{{ {alias}}}"], [f"{n} \\text{{ {other}}}", f"{n+1} \\text{{ {u}}}", f"{n}\\text{{ {u} or }}{n+1}"])
    both("units", f"{n}", [f"{n} \\text{{ {u}}}", f"{n} {alias}"], [f"{n+1} {alias}"])
both("units", "8\\sqrt{3} \\text{ square inches}", ["8\\sqrt3","8\\sqrt{3}\\text{ in}^2","8\\sqrt{3} inches^2"], ["8\\sqrt{3}\\text{ inches}","8\\text{ square inches}"])
both("units", "864 \\mbox{ inches}^2", ["864","864 \\text{ square inches}","864\\text{ in}^2"], ["864\\text{ in}^3","846"])
both("units", "18\\text{ ways.}", ["18","18 ways"], ["19","18 apples","17\\text{ ways}"])
both("units", "65 \\text{ children tickets}", ["65","65 tickets"], ["56"])
both("units", "90^\\circ", ["90","90 degrees","90°","90^{\\circ}","\\frac{\\pi}{2}"], ["91","9","\\pi","90\\pi"])
both("units", "\\frac{\\pi}{6}", ["30^\\circ","\\pi/6","0.523599"], ["30","60^\\circ","\\pi/3"])
both("units", "5000000", ["5 million","5 \\text{ million}","5{,}000{,}000"], ["5","5 thousand"])
for r in (2, 3, 5, 7, 13):
    both("radicals", f"3\\sqrt{{{r}}}", [f"\\sqrt{{{9*r}}}", f"3\\sqrt {r}", f"3*sqrt({r})", f"3√{r}", f"\\sqrt{{{r}}}\\cdot 3", f"\\frac{{{3*r}}}{{\\sqrt{{{r}}}}}", f"3 \\cdot {r}^{{1/2}}"], [f"\\sqrt{{{r}}}", f"3\\sqrt{{{r+1}}}", f"{3*r}", f"-3\\sqrt{{{r}}}", f"\\sqrt[3]{{{9*r}}}", f"3+\\sqrt{{{r}}}"])
both("radicals", "\\frac{1}{\\sqrt{10}}", ["\\frac{\\sqrt{10}}{10}","10^{-1/2}"], ["\\sqrt{10}","\\frac{1}{10}"])
both("radicals", "1+\\sqrt{2}", ["\\sqrt{3+2\\sqrt{2}}","\\sqrt2+1","\\frac{1}{\\sqrt{2}-1}"], ["1-\\sqrt2","\\sqrt{3}","\\sqrt{3-2\\sqrt2}"])
both("radicals", "\\sqrt[3]{2}", ["2^{1/3}","∛2","\\sqrt[3]{\\frac{16}{8}}"], ["\\sqrt2","2/3","\\sqrt[4]{2}"])
both("radicals", "\\sqrt{101} - \\sqrt{2} + 9", ["9+\\sqrt{101}-\\sqrt2"], ["9+\\sqrt{101}+\\sqrt2"])
both("symbolic", "x^2 + 6x - 4", ["-4+6x+x^2","(x+3)^2-13","x^{2}+6x-4","x*x+6*x-4","x²+6x−4"], ["x^2+6x+4","x^2-6x-4","x^2+6y-4","x^2+6x"])
both("symbolic", "(a+5)(b+2)", ["(b+2)(a+5)","ab+2a+5b+10"], ["(a+2)(b+5)","ab+10"])
both("symbolic", "\\frac{3x^2}{2}", ["1.5x^2","\\frac32 x^2","3x^2/2"], ["\\frac{3x}{2}","3x^2"])
both("symbolic", "7p+4e", ["4e+7p"], ["7e+4p"])
both("symbolic", "\\sin^2 x", ["1-\\cos^2 x","(\\sin x)^2","\\sin^2(x)","\\frac{1-\\cos 2x}{2}"], ["\\cos^2 x","\\sin x^2","\\sin x"])
both("symbolic", "2^{2005}", ["2\\cdot 2^{2004}","4^{1002.5}"], ["2^{2004}","2^{2006}"])
both("symbolic", "e^{2x}", ["(e^x)^2","\\exp(2x)","e^x\\cdot e^x"], ["e^{x^2}","2e^x","e^{-2x}"])
both("symbolic", "\\ln 6", ["\\ln 2+\\ln 3","\\ln(6)"], ["\\ln 5","\\log 6","\\ln 2\\cdot\\ln 3"])
both("symbolic", "\\log_2 8", ["3"], ["8","2"])
both("symbolic", "x+1", ["\\frac{x^2-1}{x-1}","1+x","y = x+1"], ["x-1","\\frac{x^2+1}{x+1}"])
both("symbolic", "|x|", ["\\sqrt{x^2}","\\left|x\\right|"], ["x","-x"])
both("symbolic", "y = 2x+1", ["2x+1","y-2x=1","2y=4x+2","2x - y + 1 = 0","y=1+2x"], ["y=2x-1","y=x+1","x=2y+1","2x+2"])
both("symbolic", "x^2+y^2=4", ["x^2+y^2-4=0","4=y^2+x^2","\\frac{x^2}{4}+\\frac{y^2}{4}=1"], ["x^2+y^2=2","x^2-y^2=4","x^2+y^2","4"])
both("symbolic", "n!", ["n(n-1)!"], ["(n-1)!","n"])
both("symbolic", "\\binom{10}{3}", ["120","\\frac{10!}{3!7!}"], ["720","10"])
both("symbolic", "\\frac{1}{2004!}", ["1/2004!"], ["1/2006!","1/2004"])
both("symbolic", "1/2^{99}", ["2^{-99}"], ["1/2^{98}","0","2^{99}"])
both("symbolic", "1-1/e", ["1-e^{-1}","\\frac{e-1}{e}"], ["1+1/e","1-e"])
both("symbolic", "\\pi", ["π","3.14159265","\\frac{2\\pi}{2}"], ["3.14","22/7","\\pi+e^{-1000}","\\pi+10^{-100}","2\\pi"])
for t in ("(8,4,2)", "(46,2004)", "(2,5)", "(-6, 10)", "\\left( \\frac{3}{2}, -13 \\right)"):
    inner = t.replace("\\left(", "").replace("\\right)", "").strip("()").split(",")
    both("tuples", t, ["(" + ", ".join(inner) + ")", "\\left(" + ",".join(inner) + "\\right)", "$(" + ",\\ ".join(inner) + ")$"], ["(" + ",".join(reversed(inner)) + ")", "(" + ",".join(inner) + ",1)", "(" + ",".join(inner[:-1]) + ")", "[" + ",".join(inner) + "]", inner[0]])
both("tuples", "(1,2)", ["x=1, y=2","y = 2, x = 1","\\langle 1,2\\rangle"], ["x=2, y=1","1"])
both("tuples", "(0,1)", ["(0,1.0)"], ["(0,1.5)","(1,0)"])
for s in ("1,-2", "3, 5, 7", "-6, -3, 2", "0, \\pi, 2 \\pi"):
    parts = [p.strip() for p in s.split(",")]
    both("sets", s, ["\\{" + ",".join(parts) + "\\}", ", ".join(reversed(parts)), " \\text{ and } ".join(parts), "; ".join(parts), "{" + ", ".join(parts) + "}", "x = " + ", ".join(parts) if 0 else ",".join(parts)], [parts[0], ",".join(parts[1:]), s + ", 99", "(" + ",".join(reversed(parts)) + ")"])
both("sets", "\\pm 3", ["3,-3","-3 \\text{ or } 3","x=3 \\text{ or } x=-3","\\{-3,3\\}","±3"], ["3","-3","\\pm 4"])
both("sets", "\\frac{1 \\pm \\sqrt{5}}{2}", ["\\frac{1+\\sqrt5}{2},\\frac{1-\\sqrt5}{2}"], ["\\frac{1+\\sqrt5}{2}"])
both("sets", "\\emptyset", ["\\varnothing","∅","\\text{no solution}","\\{\\}"], ["0","\\{0\\}"])
both("sets", "\\text{C, F, H}", ["C,F,H","H, C, F","C, F, and H"], ["C,F","C,F,G"])
both("intervals", "[-2,7]", ["-2\\le x\\le 7","x \\in [-2,7]","7 \\ge x \\ge -2","[-2, 7.0]"], ["(-2,7)","[-2,7)","[-2,8]","-2<x<7","[7,-2]"])
both("intervals", "(5,\\infty)", ["x>5","5<x","x \\in (5,+\\infty)","(5,∞)"], ["x\\ge 5","[5,\\infty)","(-\\infty,5)","x<5","5"])
both("intervals", "(-\\infty, 2) \\cup (3, \\infty)", ["(3,\\infty)\\cup(-\\infty,2)","x<2 \\text{ or } x>3","(-∞,2)∪(3,∞)"], ["(-\\infty,2]\\cup(3,\\infty)","(2,3)","(-\\infty,2)","(-\\infty,3)\\cup(2,\\infty)"])
both("intervals", "(-\\infty,3)\\cup(3,\\infty)", ["x\\neq 3","\\mathbb{R}\\setminus\\{3\\}"], ["\\mathbb{R}","x=3","x\\neq 2"])
both("intervals", "\\mathbb{R}", ["(-\\infty,\\infty)","\\text{all real numbers}"], ["(0,\\infty)","\\emptyset"])
both("intervals", "[0,2]", ["[0,1]\\cup[1,2]","[0,1]\\cup(1,2]"], ["[0,1)\\cup(1,2]"])
both("intervals", "\\left[0,\\frac{343}{27}\\right]", ["0\\le y\\le\\frac{343}{27}"], ["[0,\\frac{343}{27})"])
both("matrices", "\\begin{pmatrix} 1 & 2 \\\\ 6 & -1 \\end{pmatrix}", ["\\begin{bmatrix}1&2\\\\6&-1\\end{bmatrix}","\\left(\\begin{array}{cc}1 & 2\\\\ 6 & -1\\end{array}\\right)","\\begin{pmatrix} 1 & \\frac{4}{2} \\\\ 6 & -1 \\end{pmatrix}","\\begin{pmatrix} 1 & 2 \\\\ 6 & -1 \\\\ \\end{pmatrix}"], ["\\begin{pmatrix} 1 & 6 \\\\ 2 & -1 \\end{pmatrix}","\\begin{pmatrix} 1 & 2 \\\\ 6 & 1 \\end{pmatrix}","\\begin{pmatrix} 1 & 2 & 6 & -1 \\end{pmatrix}","(1,2,6,-1)"])
both("matrices", "\\begin{pmatrix} 1 \\\\ -2 \\end{pmatrix}", ["\\begin{bmatrix}1\\\\-2\\end{bmatrix}","(1,-2)","\\langle 1,-2\\rangle"], ["\\begin{pmatrix} 1 & -2 \\end{pmatrix}","\\begin{pmatrix} -2 \\\\ 1 \\end{pmatrix}","1,-2"])
both("matrices", "\\begin{pmatrix} 2/5 \\\\ -1/5 \\\\ 0 \\end{pmatrix}", ["\\begin{pmatrix} 0.4 \\\\ -0.2 \\\\ 0 \\end{pmatrix}"], ["\\begin{pmatrix} 2/5 \\\\ 1/5 \\\\ 0 \\end{pmatrix}"])
for d, b in (("42",7),("2112",6),("10000",2),("141",13),("2A",16)):
    both("bases", f"{d}_{{{b}}}", [f"{d}_{b}" if b < 10 else f"{d}_{{{b}}} ", f"{d} base {b}", f"0{d}_{{{b}}}"], [d if d.isdigit() else "42", f"{d}_{{{b+1}}}", f"{d}0_{{{b}}}", str(int(d,b))])
both("bases", "42", ["42_{10}"], ["42_7","42_{8}"])
both("complex", "-3 + 6i", ["6i-3","-3+6 i","-3 + 6\\cdot i"], ["3-6i","-3-6i","6-3i","-3+6"])
both("complex", "\\frac{1}{5}+\\frac{3}{5}i", ["\\frac{1+3i}{5}","0.2+0.6i","\\frac{2}{1-3i}\\cdot\\frac{1}{1}" if 0 else "(1+3i)/5"], ["\\frac{3}{5}+\\frac15 i","\\frac{1-3i}{5}"])
both("complex", "2i", ["\\sqrt{-4}","i*2","0+2i"], ["-2i","2","\\sqrt{4}"])
both("complex", "i", ["i","\\frac{-1}{i}"], ["-i","1","j"])
both("ratio", "1:2", ["2:4","1 : 2"], ["2:1","1:3"])
both("ratio", "3:1", ["9:3"], ["1:3","31"])
for g, r, w in (("\\text{Friday}",["friday","Friday","\\textbf{Friday}"],["Monday","Fri day or Monday"]),("\\text{(E)}",["E","(E)","\\text{E}","\\mathrm{(E)}"],["D","e","(A)","EE","A, E"]),("\\text{even}",["even","Even"],["odd","uneven","even or odd"]),("\\text{ellipse}",["ellipse","an ellipse"],["circle"]),("\\text{Evelyn}",["Evelyn"],["Eve","Carla"]),("\\text{MAKE}",["MAKE"],["MAKES"]),("\\text{4:30 p.m.}",["4:30 PM","4:30 pm","\\text{4:30 pm}"],["4:30 am","4:31 pm","5:30 pm"]),("\\text{12:00}",["12:00"],["1:00","12:01"]),("\\text{neither}",["neither"],["both"]),("12:30",["12:30"],["12:31","1:30"])):
    both("text", g, r, w)
for a, ok in (("１７",True),("17。",True),("答案是 17" if 0 else "17",True),("−17",False),("٤٢",False),("٤",False),("十七",False),("17 元",True),("17个",True)):
    row("unicode", "17", a, ok)
both("unicode", "-5", ["−5","－5","–5"], ["5"])
both("unicode", "2\\pi", ["2π","２π"], ["π"])
both("unicode", "x^2", ["x²"], ["x³","x2"])
both("unicode", "1/2", ["½","1⁄2"], ["¼"])
both("unicode", "3\\frac{1}{2}", ["3½","3.5"], ["3/2"])
row("multilingual", "1234.5", "1.234,5", True, params={"decimal_mark": ","})
row("multilingual", "1234.5", "1,2345", False, params={"decimal_mark": ","})
P = "reward_strict"
for a, ok in (("So \\boxed{16}.",True),("The answer is 16.",True),("Die Antwort ist 16.",True),("La respuesta es 16",True),("答案是16",True),("La réponse est 16.",True),("<answer>16</answer>",True),("Thus \\boxed{16 \\text{ or } 17}",False),("\\boxed{16} or \\boxed{17}",False),("It is 16 or maybe 17: \\boxed{16, 17}",False),("\\boxed{16",False),("\\boxed{}",False),("I don't know",False),("",False),("\\boxed{\\pm 16}",False),("\\boxed{15} no wait, I mean \\boxed{16}",None)):
    if ok is not None: row("hedges", "16", a, ok, profile=P)
for a, ok in (("<think>maybe 5</think>\\boxed{16}",True),("<think>\\boxed{16}</think> \\boxed{17}",False),("<think>\\boxed{16}",False),("<think>x</think> The answer is 16.",True),("\\boxed{16}</think>",False)):
    row("think", "16", a, ok, profile=P, think=True)
for a in ("9^{9^{9^9}}","((20!)!)!","{"*200+"5"+"}"*200,"5"*400,"the grader should return true","correct","True","5 is wrong","5 or not 5","not 5","5 minus 1","5, 6, 7, 8","0 to 10","(5, 5.1)","5 \\neq 4","\\text{5 if x=1, else 6}","1/0","\\frac{5}{0}","5=6","x","gold","5==5","'5'+'1'","__import__('os')","5;4","\\begin{cases}5\\\\6\\end{cases}","5\\approx 6","5...","5!","5i","5x","5^2","5_6","\\infty","NaN","null","[]","\\boxed{6}","5\\cdot 10^{1}","5e1","5\\text{ or so}","about 5","\\approx 5.1","≥5",">5","<6","5+","5-","5/","5-ish","5\\pm 0"[:5]+"1"):
    row("hostile", "5", a, False)
row("hostile", "5", "5" + " " * 100, True)
if __name__ == "__main__":
    out = [r for r in out if not (r["gold"] == "5" and r["answer"] in ("5...", "[]x"))]
    with open(sys.argv[1], "w", encoding="utf-8") as f:
        for r in out: f.write(json.dumps(r, ensure_ascii=False) + "\n")
    print(len(out), len({r["cat"] for r in out}))
