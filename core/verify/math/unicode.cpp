// SPDX-License-Identifier: Apache-2.0
#include "core/text/utf8.h"
#include "core/verify/math/lexer.h"

#include <algorithm>
#include <utility>

namespace veritune::verify::math {

namespace {

using Fold = std::pair<std::string_view, std::string_view>;

/// Longer sequences stand before their beginnings.
constexpr Fold kFolds[] = {{"\xEF\xBB\xBF", ""},
                           {"−", "-"},
                           {"–", "-"},
                           {"—", "-"},
                           {"‐", "-"},
                           {"‑", "-"},
                           {"×", "\\times "},
                           {"·", "\\cdot "},
                           {"⋅", "\\cdot "},
                           {"∙", "\\cdot "},
                           {"∗", "*"},
                           {"÷", "/"},
                           {"∕", "/"},
                           {"⁄", "/"},
                           {"√", "\\sqrt "},
                           {"∛", "\\cbrt "},
                           {"π", "\\pi "},
                           {"∞", "\\infty "},
                           {"∪", "\\cup "},
                           {"∩", "\\cap "},
                           {"∅", "\\emptyset "},
                           {"Ø", "\\emptyset "},
                           {"≤", "\\le "},
                           {"⩽", "\\le "},
                           {"≥", "\\ge "},
                           {"⩾", "\\ge "},
                           {"≠", "\\ne "},
                           {"≈", "\\approx "},
                           {"±", "\\pm "},
                           {"∓", "\\mp "},
                           {"°", "^\\circ "},
                           {"º", "^\\circ "},
                           {"∈", "\\in "},
                           {"ℝ", "\\mathbb{R}"},
                           {"∖", "\\setminus "},
                           {"½", "\\frac{1}{2}"},
                           {"⅓", "\\frac{1}{3}"},
                           {"⅔", "\\frac{2}{3}"},
                           {"¼", "\\frac{1}{4}"},
                           {"¾", "\\frac{3}{4}"},
                           {"⅕", "\\frac{1}{5}"},
                           {"⅖", "\\frac{2}{5}"},
                           {"⅗", "\\frac{3}{5}"},
                           {"⅘", "\\frac{4}{5}"},
                           {"⅙", "\\frac{1}{6}"},
                           {"⅚", "\\frac{5}{6}"},
                           {"⅛", "\\frac{1}{8}"},
                           {"⅜", "\\frac{3}{8}"},
                           {"⅝", "\\frac{5}{8}"},
                           {"⅞", "\\frac{7}{8}"},
                           {"。", " "},
                           {"，", ", "},
                           {"、", ", "},
                           {"；", "; "},
                           {"：", ":"},
                           {"（", "("},
                           {"）", ")"},
                           {"【", "["},
                           {"】", "]"},
                           {"⟨", "\\langle "},
                           {"⟩", "\\rangle "},
                           {"′", "'"},
                           {"’", "'"},
                           {"…", "..."},
                           {"⌊", "\\lfloor "},
                           {"⌋", "\\rfloor "},
                           {"⌈", "\\lceil "},
                           {"⌉", "\\rceil "},
                           {"€", "\\euro "},
                           {"£", "\\pounds "},
                           {"¥", "\\yen "},
                           {"￥", "\\yen "},
                           {"＄", "\\$"},
                           {"％", "%"},
                           {"‰", "\\permille "},
                           {"\xC2\xA0", "~"},
                           {"\xE2\x80\x89", "\\,"},
                           {"\xE2\x80\xAF", "\\,"},
                           {"\xE2\x80\x8B", ""},
                           {"\xE2\x80\x83", " "},
                           {"\xE2\x80\x82", " "},
                           {"\xE3\x80\x80", " "},
                           {"\xE2\x81\xA0", ""},
                           {"α", "\\alpha "},
                           {"β", "\\beta "},
                           {"γ", "\\gamma "},
                           {"δ", "\\delta "},
                           {"θ", "\\theta "},
                           {"λ", "\\lambda "},
                           {"μ", "\\mu "},
                           {"φ", "\\phi "},
                           {"ω", "\\omega "},
                           {"σ", "\\sigma "},
                           {"ρ", "\\rho "},
                           {"τ", "\\tau "},
                           {"ε", "\\epsilon "},
                           {"“", ""},
                           {"”", ""}};

constexpr std::string_view kSuperscripts[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
constexpr std::string_view kSubscripts[] = {"₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉"};

/// A run of raised (or lowered) digits as "^{-12}" ("_{12}"); takes nothing when there is none.
template <std::size_t N>
bool take_script(std::string_view& text,
                 const std::string_view (&digits)[N],
                 std::string_view minus,
                 std::string_view mark,
                 std::string& out) {
    std::string run;
    std::string_view rest = text;
    if (!minus.empty() && rest.starts_with(minus)) {
        run = "-";
        rest.remove_prefix(minus.size());
    }
    const std::size_t sign = run.size();
    for (bool found = true; found;) {
        found = false;
        for (std::size_t digit = 0; digit < N; ++digit) {
            if (!rest.starts_with(digits[digit])) continue;
            run += static_cast<char>('0' + digit);
            rest.remove_prefix(digits[digit].size());
            found = true;
            break;
        }
    }
    if (run.size() == sign) return false;
    out += mark;
    out += '{';
    out += run;
    out += '}';
    text = rest;
    return true;
}

/// Full-width ASCII (U+FF01..U+FF5E) and the digits of Arabic, Persian and Devanagari; 0 = none.
char plain_character(std::string_view text) {
    const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.size() >= 3 && byte(0) == 0xEF && (byte(1) == 0xBC || byte(1) == 0xBD)) {
        const int code = ((byte(1) & 0x3F) << 6) + (byte(2) & 0x3F) + 0xF000;
        if (code >= 0xFF01 && code <= 0xFF5E) return static_cast<char>(code - 0xFF01 + 0x21);
    }
    if (text.size() >= 3 && byte(0) == 0xE0 && byte(1) == 0xA5 && byte(2) >= 0xA6 &&
        byte(2) <= 0xAF) {
        return static_cast<char>('0' + (byte(2) - 0xA6));
    }
    if (text.size() >= 2 && byte(0) == 0xD9 && byte(1) >= 0xA0 && byte(1) <= 0xA9) {
        return static_cast<char>('0' + (byte(1) - 0xA0));
    }
    if (text.size() >= 2 && byte(0) == 0xDB && byte(1) >= 0xB0 && byte(1) <= 0xB9) {
        return static_cast<char>('0' + (byte(1) - 0xB0));
    }
    return 0;
}

bool take_fold(std::string_view& text, std::string& out) {
    for (const auto& [from, to] : kFolds) {
        if (!text.starts_with(from)) continue;
        // "3½" is a mixed number: the space keeps the digits apart.
        out += to;
        text.remove_prefix(from.size());
        return true;
    }
    return false;
}

}  // namespace

std::string fold_unicode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        if (take_script(text, kSuperscripts, "⁻", "^", out)) continue;
        if (take_script(text, kSubscripts, "", "_", out)) continue;
        if (take_fold(text, out)) continue;
        if (const char plain = plain_character(text); plain != 0) {
            out += plain;
            text.remove_prefix(static_cast<unsigned char>(text.front()) >= 0xE0 ? 3 : 2);
            continue;
        }
        out += text.front();
        text.remove_prefix(1);
    }
    return out;
}

}  // namespace veritune::verify::math
