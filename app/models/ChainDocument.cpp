// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/ChainDocument.h"

#include "app/PlainText.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <utility>

namespace veritune::app {
namespace {

constexpr std::string_view kThinkOpen = "<think>";
constexpr std::string_view kThinkClose = "</think>";
constexpr std::int64_t kLongLineLength = 10'000;
constexpr char32_t kTick = 0x2713;
constexpr char32_t kCross = 0x2717;

/// Characters that can be drawn as they are; the rest asks visibleText(), the one place that knows.
bool isPlain(char32_t c) {
    if (c < 0x7f) return c >= 0x20;
    return (c >= 0xa0 && c < 0x600 && c != 0xad) || (c >= 0x3000 && c < 0xd800);
}

/// Writes a rendering from bytes.
class Writer {
  public:
    explicit Writer(ChainRendering& out)
        : m_out(out) {}

    int at() const { return static_cast<int>(m_out.text.size()); }

    /// bytes  of the document's text; `base` is the document byte of its first
    void content(std::string_view bytes, std::size_t base) {
        std::size_t at = 0;
        while (at < bytes.size()) {
            const std::size_t length = std::max<std::size_t>(text::valid_utf8_length(bytes, at), 1);
            character(bytes.substr(at, length), base + at);
            at += length;
        }
    }

    /// Units that all stand for the same byte.
    void units(const QString& shown, std::size_t byte) {
        m_out.text += shown;
        m_out.bytes.insert(m_out.bytes.end(),
                           static_cast<std::size_t>(shown.size()),
                           static_cast<std::uint32_t>(byte));
    }

    void insert(ChainRendering::Insert::Kind kind,
                int index,
                const QString& shown,
                std::size_t byte) {
        const int begin = at();
        units(shown, byte);
        m_out.inserts.push_back({kind, begin, at(), index});
    }

    void section(SectionKind kind, int begin) {
        if (at() > begin) m_out.sections.push_back({kind, begin, at()});
    }

    void breakHere() { m_out.breaks.push_back(at()); }

    void finish(std::size_t endByte) { m_out.bytes.push_back(static_cast<std::uint32_t>(endByte)); }

  private:
    void character(std::string_view bytes, std::size_t byte) {
        const auto first = static_cast<unsigned char>(bytes.front());
        if (bytes.size() == 1 && first >= 0x20 && first < 0x7f) {
            m_out.text += QLatin1Char(bytes.front());
            m_out.bytes.push_back(static_cast<std::uint32_t>(byte));
            return;
        }
        if (first == '\n') return units(QStringLiteral("\n"), byte);
        if (first == '\t') return units(QStringLiteral("    "), byte);
        units(isPlainSequence(bytes) ? fromUtf8(bytes) : visibleText(bytes), byte);
    }
    static bool isPlainSequence(std::string_view bytes) {
        return bytes.size() > 1 && isPlain(text::decode_utf8(bytes, 0).value);
    }

    ChainRendering& m_out;
};

/// What has to be said about a text.
struct TextFacts {
    std::int64_t badBytes = 0;
    std::int64_t invisible = 0;
    std::int64_t longestLine = 0;
};

void addFacts(std::string_view bytes, TextFacts& facts) {
    std::int64_t line = 0;
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t length = text::valid_utf8_length(bytes, at);
        if (length == 0) {
            ++facts.badBytes;
            ++at;
            continue;
        }
        const char32_t c = text::decode_utf8(bytes, at).value;
        line = c == '\n' ? 0 : line + 1;
        facts.longestLine = std::max(facts.longestLine, line);
        if (!isPlain(c) && c != '\n' && c != '\t') {
            const QString plain = fromUtf8(bytes.substr(at, length));
            facts.invisible += visibleText(plain) == plain ? 0 : 1;
        }
        at += length;
    }
}

QString hexBytes(std::string_view bytes) {
    const QByteArray raw(bytes.data(), static_cast<qsizetype>(bytes.size()));
    return QStringLiteral("<") + QString::fromLatin1(raw.toHex(' ').toUpper()) + u'>';
}

/// A token on its own: spaces and line ends are seen, bytes that are no whole character are hex.
QString tokenShown(std::string_view bytes) {
    if (!text::is_valid_utf8(bytes)) return hexBytes(bytes);
    QString shown = visibleText(bytes);
    shown.replace(u' ', QChar(0x00b7));
    shown.replace(u'\n', QChar(0x23ce));
    shown.replace(u'\t', QChar(0x2192));
    return shown;
}

std::string textOf(const util::Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t countOf(const util::Json& value) {
    return value.is_number_integer() ? value.get<std::int64_t>() : -1;
}

/// Both shapes that are in use: "span": [b, e], and "begin", "end".
ByteRange spanOf(const util::Json& step) {
    const auto span = step.find("span");
    if (span != step.end() && span->is_array() && span->size() == 2) {
        return {countOf((*span)[0]), countOf((*span)[1])};
    }
    const auto begin = step.find("begin");
    const auto end = step.find("end");
    if (begin == step.end() || end == step.end()) return {};
    return {countOf(*begin), countOf(*end)};
}

/// Spans come from a database: nothing outside the text is believed.
ByteRange inside(ByteRange span, std::int64_t base, std::int64_t size) {
    if (span.begin < 0 || span.end > size || span.isEmpty()) return {};
    return {base + span.begin, base + span.end};
}

}  // namespace

/// Where the completion's parts end, in bytes of the completion.
struct ChainDocument::Split {
    std::size_t reasoningEnd = 0;  ///< 0 = no part that is reasoning
    bool hasParts = false;
};

ChainRendering::Units ChainRendering::unitsOf(ByteRange range) const {
    if (range.isEmpty() || bytes.empty()) return {};
    const auto find = [this](std::int64_t byte) {
        const auto it =
            std::lower_bound(bytes.begin(), bytes.end(), static_cast<std::uint32_t>(byte));
        return static_cast<int>(
            std::min(it - bytes.begin(), static_cast<std::ptrdiff_t>(text.size())));
    };
    Units units{find(range.begin), find(range.end)};
    // Ours is never part of a piece of content; a folded passage leaves no unit for its bytes.
    const auto next = std::partition_point(
        inserts.begin(), inserts.end(), [&](const Insert& i) { return i.begin < units.begin; });
    if (next != inserts.end() && next->begin == units.begin) {
        units.begin = std::min(next->end, units.end);
    }
    const auto last = std::partition_point(
        inserts.begin(), inserts.end(), [&](const Insert& i) { return i.end < units.end; });
    if (last != inserts.end() && last->end == units.end && units.begin < last->begin) {
        units.end = last->begin;
    }
    return units;
}

int ChainRendering::tokenAt(int unit) const {
    if (tokens.size() < 2 || unit < tokens.front() || unit >= tokens.back()) return -1;
    const auto it = std::upper_bound(tokens.begin(), tokens.end(), unit);
    return static_cast<int>(it - tokens.begin()) - 1;
}

ChainDocument::ChainDocument(store::StoredChain chain)
    : m_chain(std::move(chain)) {}

std::shared_ptr<const ChainDocument> ChainDocument::make(
    store::StoredChain chain,
    std::shared_ptr<const text::Tokenizer> tokenizer,
    QString tokenizerTrouble) {
    std::shared_ptr<ChainDocument> document(new ChainDocument(std::move(chain)));
    document->m_tokenizer = std::move(tokenizer);
    const data::ChainRecord& record = document->record();
    const auto base = static_cast<std::int64_t>(record.prompt.size());
    const auto size = static_cast<std::int64_t>(record.completion.size());
    document->m_tooLarge = record.prompt.size() + record.completion.size() > kMaxTextBytes;
    document->m_answer = inside({record.span_begin, record.span_end}, base, size);
    document->readSteps();
    document->m_tokenBytes.assign(record.tokens.size(), ByteRange{});
    if (!document->m_tooLarge) {
        document->m_repeats = findRepeatedPassages(record.completion);
        if (document->m_tokenizer) document->alignTokens();
    }
    document->findNotices(tokenizerTrouble);
    return document;
}

std::int64_t ChainDocument::byteCount() const {
    return static_cast<std::int64_t>(record().prompt.size() + record().completion.size());
}

ByteRange ChainDocument::promptBytes() const {
    return {0, static_cast<std::int64_t>(record().prompt.size())};
}

ByteRange ChainDocument::completionBytes() const { return {promptBytes().end, byteCount()}; }

std::string ChainDocument::bytes(ByteRange range) const {
    range.begin = std::max<std::int64_t>(range.begin, 0);
    range.end = std::min(range.end, byteCount());
    if (range.isEmpty()) return {};
    const auto begin = static_cast<std::size_t>(range.begin);
    const auto end = static_cast<std::size_t>(range.end);
    const std::size_t prompt = record().prompt.size();
    std::string out;
    if (begin < prompt) out = record().prompt.substr(begin, std::min(end, prompt) - begin);
    if (end > prompt) {
        const std::size_t from = std::max(begin, prompt) - prompt;
        out += record().completion.substr(from, end - prompt - from);
    }
    return out;
}

std::string ChainDocument::tokenText(std::size_t token) const {
    if (!m_tokenizer || token >= record().tokens.size()) return {};
    const text::TokenId id = record().tokens[token];
    if (id < 0 || id >= m_tokenizer->vocab_size()) return {};
    return m_tokenizer->token_bytes(id);
}

void ChainDocument::readSteps() {
    if (!record().steps.is_array()) return;
    const std::int64_t base = promptBytes().end;
    const auto size = static_cast<std::int64_t>(record().completion.size());
    for (const util::Json& entry : record().steps) {
        if (!entry.is_object()) continue;
        ChainStep step;
        step.what = oneLine(textOf(entry, "what"));
        step.detail = oneLine(textOf(entry, "detail"));
        const auto ok = entry.find("ok");
        step.ok = ok == entry.end() || !ok->is_boolean() || ok->get<bool>();
        step.bytes = inside(spanOf(entry), base, size);
        m_steps.push_back(std::move(step));
    }
}

void ChainDocument::alignTokens() {
    const std::string_view completion = record().completion;
    const auto base = static_cast<std::size_t>(promptBytes().end);
    std::size_t at = 0;
    for (std::size_t i = 0; i < record().tokens.size(); ++i) {
        std::string shown = tokenText(i);
        // SentencePiece vocabularies lose the one space at the start.
        if (i == 0 && !shown.empty() && shown.front() == ' ' && !completion.starts_with(' ')) {
            shown.erase(0, 1);
        }
        const bool here = !shown.empty() && completion.substr(at).starts_with(shown);
        const std::size_t end = here ? at + shown.size() : at;
        m_tokenBytes[i] = {static_cast<std::int64_t>(base + at),
                           static_cast<std::int64_t>(base + end)};
        at = end;
    }
    m_tokensFit = at == completion.size();
    if (!m_tokensFit) m_tokenBytes.assign(record().tokens.size(), ByteRange{});
}

void ChainDocument::findNotices(const QString& tokenizerTrouble) {
    using enum ChainNotice::Kind;
    const data::ChainRecord& chain = record();
    const auto tokens = static_cast<std::int64_t>(chain.tokens.size());
    if (byteCount() == 0 && tokens > 1) m_notices.push_back({kErased, tokens, {}});
    if (m_tooLarge) m_notices.push_back({kTooLarge, byteCount(), {}});
    TextFacts facts;
    addFacts(chain.prompt, facts);
    addFacts(chain.completion, facts);
    if (facts.badBytes > 0) m_notices.push_back({kBadUtf8, facts.badBytes, {}});
    if (facts.invisible > 0) m_notices.push_back({kInvisible, facts.invisible, {}});
    if (facts.longestLine > kLongLineLength)
        m_notices.push_back({kLongLine, facts.longestLine, {}});
    if (chain.finish_reason == "length") m_notices.push_back({kCutOff, tokens, {}});
    if (chain.finish_reason == "abort") m_notices.push_back({kAborted, 0, {}});
    int times = 0;
    for (const RepeatedPassage& passage : m_repeats) times = std::max(times, passage.times);
    if (times > 0) m_notices.push_back({kRepeats, times, {}});
    if (tokens > 0 && !m_tokenizer) m_notices.push_back({kNoTokenizer, 0, tokenizerTrouble});
    if (tokens > 0 && m_tokenizer && !m_tokensFit && !m_tooLarge) {
        m_notices.push_back({kOtherTokenizer, 0, {}});
    }
}

ChainDocument::Split ChainDocument::split() const {
    const std::string_view completion = record().completion;
    const std::size_t close = completion.find(kThinkClose);
    if (close != std::string_view::npos) return {close + kThinkClose.size(), true};
    if (completion.starts_with(kThinkOpen)) return {completion.size(), true};
    // A chain of arithmetic ends with '#' and the answer.
    if (record().rule == "chain" && !m_answer.isEmpty()) {
        const auto begin = static_cast<std::size_t>(m_answer.begin - promptBytes().end);
        return {begin > 0 ? begin - 1 : 0, true};
    }
    return {};
}

/// When nearly all of the reasoning is steps (formulas, not prose) each step gets a line of its
/// own.
bool ChainDocument::stepsAreLines(const Split& split) const {
    std::int64_t covered = 0;
    for (const ChainStep& step : m_steps) covered += step.bytes.end - step.bytes.begin;
    const auto size =
        static_cast<std::int64_t>(split.hasParts ? split.reasoningEnd : record().completion.size());
    return m_steps.size() > 1 && covered * 10 >= size * 6;
}

ChainRendering ChainDocument::render(ChainMode mode, const QSet<int>& unfolded) const {
    if (m_tooLarge || mode == ChainMode::kBytes) return {};
    return mode == ChainMode::kText ? renderText(unfolded) : renderTokens();
}

namespace {

/// Writes a completion with the verifier's marks behind its steps and repeated passages folded.
class CompletionWriter {
  public:
    CompletionWriter(const ChainDocument& document,
                     const QSet<int>& unfolded,
                     bool stepLines,
                     Writer& writer)
        : m_completion(document.record().completion),
          m_base(static_cast<std::size_t>(document.promptBytes().end)),
          m_unfolded(unfolded),
          m_stepLines(stepLines),
          m_writer(writer),
          m_repeats(document.repeats()) {
        std::int64_t last = 0;
        for (std::size_t i = 0; i < document.steps().size(); ++i) {
            const ChainStep& step = document.steps()[i];
            // Steps that overlap or jump back are listed beside the text, not marked in it.
            if (step.bytes.isEmpty() || step.bytes.begin < last) continue;
            last = step.bytes.end;
            std::size_t mark = static_cast<std::size_t>(step.bytes.end) - m_base;
            // "6+4=0;" stays together: the mark stands behind what ends the step.
            if (stepLines && mark < m_completion.size() && m_completion[mark] == ';') ++mark;
            m_steps.push_back({static_cast<int>(i), mark, step});
        }
    }

    /// The completion's bytes from where the last call ended to `end`.
    void writeTo(std::size_t end) {
        while (m_at < end) {
            std::size_t stop = std::min({end, nextMark(), nextFold()});
            if (m_at < stepBegin()) stop = std::min(stop, stepBegin());
            if (m_at == stepBegin() && m_stepLines && m_at > 0) m_writer.breakHere();
            m_writer.content(m_completion.substr(m_at, stop - m_at), m_base + m_at);
            m_at = stop;
            if (m_at == nextMark()) markStep();
            if (m_at == nextFold()) fold();
        }
    }

  private:
    struct Placed {
        int index;
        std::size_t mark;  ///< byte of the completion behind which the mark stands
        ChainStep step;
    };
    static constexpr std::size_t kNever = static_cast<std::size_t>(-1);

    std::size_t stepBegin() const {
        return m_step < m_steps.size()
                   ? static_cast<std::size_t>(m_steps[m_step].step.bytes.begin) - m_base
                   : kNever;
    }
    std::size_t nextMark() const { return m_step < m_steps.size() ? m_steps[m_step].mark : kNever; }
    std::size_t nextFold() const {
        std::size_t fold = m_fold;
        while (fold < m_repeats.size() && m_unfolded.contains(static_cast<int>(fold))) ++fold;
        return fold < m_repeats.size() ? m_repeats[fold].restBegin() : kNever;
    }
    void markStep() {
        const auto& [index, markAt, step] = m_steps[m_step];
        using Kind = ChainRendering::Insert::Kind;
        const char32_t mark = step.ok ? kTick : kCross;
        QString shown = QStringLiteral("  ") + QString::fromUcs4(&mark, 1);
        if (!step.ok && !step.detail.isEmpty()) shown += u' ' + step.detail;
        shown += u' ';
        m_writer.insert(step.ok ? Kind::kStepOk : Kind::kStepBad, index, shown, m_base + markAt);
        ++m_step;
    }
    void fold() {
        while (m_unfolded.contains(static_cast<int>(m_fold))) ++m_fold;
        const RepeatedPassage& passage = m_repeats[m_fold];
        //: stands for a passage that is not shown again; %1 a count
        const QString shown = QStringLiteral(" \u22ef \u00d7%1 \u22ef ").arg(passage.times);
        m_writer.insert(
            ChainRendering::Insert::Kind::kFold, static_cast<int>(m_fold), shown, m_base + m_at);
        m_at = passage.end;
        while (m_step < m_steps.size() && stepBegin() < m_at) ++m_step;
        ++m_fold;
    }

    std::string_view m_completion;
    std::size_t m_base;
    const QSet<int>& m_unfolded;
    bool m_stepLines;
    Writer& m_writer;
    const std::vector<RepeatedPassage>& m_repeats;
    std::vector<Placed> m_steps;
    std::size_t m_step = 0;
    std::size_t m_fold = 0;
    std::size_t m_at = 0;
};

}  // namespace

ChainRendering ChainDocument::renderText(const QSet<int>& unfolded) const {
    ChainRendering out;
    Writer writer(out);
    out.bytes.reserve(static_cast<std::size_t>(byteCount()) + 64);
    const auto base = static_cast<std::size_t>(promptBytes().end);
    writer.content(record().prompt, 0);
    writer.section(SectionKind::kPrompt, 0);
    const Split parts = split();
    const int begin = writer.at();
    CompletionWriter completion(*this, unfolded, stepsAreLines(parts), writer);
    if (parts.hasParts) {
        completion.writeTo(parts.reasoningEnd);
        writer.section(SectionKind::kReasoning, begin);
    }
    const int rest = writer.at();
    completion.writeTo(record().completion.size());
    writer.section(parts.hasParts ? SectionKind::kAnswer : SectionKind::kCompletion, rest);
    writer.finish(base + record().completion.size());
    if (!m_tokensFit) return out;
    for (const ByteRange& token : m_tokenBytes) {
        const auto it = std::lower_bound(
            out.bytes.begin(), out.bytes.end(), static_cast<std::uint32_t>(token.begin));
        out.tokens.push_back(static_cast<int>(it - out.bytes.begin()));
    }
    out.tokens.push_back(static_cast<int>(out.text.size()));
    return out;
}

ChainRendering ChainDocument::renderTokens() const {
    ChainRendering out;
    out.breakAtTokens = true;
    Writer writer(out);
    for (std::size_t i = 0; i < m_tokenBytes.size(); ++i) {
        out.tokens.push_back(writer.at());
        const auto byte = static_cast<std::size_t>(m_tokenBytes[i].begin);
        const std::string shown = tokenText(i);
        QString cell = hasTokenTexts() ? tokenShown(shown) : QString();
        if (cell.isEmpty()) cell = QString::number(record().tokens[i]) + u' ';
        writer.units(cell, byte);
        if (shown.ends_with('\n')) writer.breakHere();
    }
    out.tokens.push_back(writer.at());
    writer.section(SectionKind::kCompletion, 0);
    writer.finish(static_cast<std::size_t>(byteCount()));
    return out;
}

}  // namespace veritune::app
