// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/models/RepeatedPassages.h"
#include "core/store/records.h"
#include "core/text/tokenizer.h"

#include <QSet>
#include <QString>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::app {

enum class ChainMode { kText, kTokens, kBytes };

/// Bytes [begin, end) of a document: the prompt's bytes, then the completion's.
struct ByteRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    bool isEmpty() const { return end <= begin; }
    bool operator==(const ByteRange&) const = default;
};

enum class SectionKind { kPrompt, kReasoning, kAnswer, kCompletion };

/// One thing the verifier did, with its place in the document.
struct ChainStep {
    QString what;
    bool ok = true;
    QString detail;   ///< the verifier's own words (English)
    ByteRange bytes;  ///< empty: it has no place
};

/// Something about the text that a person has to know; one sentence each (ChainWords::notice).
struct ChainNotice {
    enum class Kind {
        kTooLarge,   ///< count = bytes: only the byte view
        kBadUtf8,    ///< count = bad bytes
        kInvisible,  ///< count = control, zero-width and bidi characters, shown as marks
        kLongLine,   ///< count = characters of the longest line, over 10,000
        kCutOff,     ///< count = tokens: ended at the length limit
        kAborted,
        kRepeats,         ///< count = times
        kNoTokenizer,     ///< detail = why
        kOtherTokenizer,  ///< the tokens do not spell the stored text
        kErased,          ///< the texts are gone, the figures stay
    };
    Kind kind = Kind::kTooLarge;
    std::int64_t count = 0;
    QString detail;
};

/// What ChainText draws: characters for the screen and where each came from.
struct ChainRendering {
    struct Section {
        SectionKind kind = SectionKind::kCompletion;
        int begin = 0;
        int end = 0;
    };
    /// Characters that are ours: no content stands behind them.
    struct Insert {
        enum class Kind { kStepOk, kStepBad, kFold };
        Kind kind = Kind::kFold;
        int begin = 0;
        int end = 0;
        int index = 0;  ///< step or passage
    };
    QString text;                      ///< marks for what cannot be seen; '\n' ends a row
    std::vector<std::uint32_t> bytes;  ///< document byte of every unit; one more for the end
    std::vector<Section> sections;     ///< in order, covering text
    std::vector<Insert> inserts;       ///< in order
    std::vector<int> breaks;           ///< units at which a row has to begin; ascending
    std::vector<int> tokens;     ///< first unit of each token and one more for the end; empty =
                                 ///< tokens have no places in this rendering
    bool breakAtTokens = false;  ///< rows are broken between tokens, not between words

    /// The units that come from these bytes; empty when none does.
    struct Units {
        int begin = 0;
        int end = 0;
    };
    Units unitsOf(ByteRange range) const;
    /// -1 = none there.
    int tokenAt(int unit) const;
};

/// One chain, read once and prepared for the screen: sections, steps, tokens, notices. Immutable.
/// threads  make() on a worker; all else on any thread; test  chain_document_test.cpp
class ChainDocument {
  public:
    /// Texts over this size have only the byte view.
    static constexpr std::size_t kMaxTextBytes = std::size_t{1} << 20;

    /// tokenizer  null: token texts are unknown and `tokenizerTrouble` says why
    static std::shared_ptr<const ChainDocument> make(
        store::StoredChain chain,
        std::shared_ptr<const text::Tokenizer> tokenizer,
        QString tokenizerTrouble = {});

    const store::StoredChain& chain() const { return m_chain; }
    const data::ChainRecord& record() const { return m_chain.record; }
    std::int64_t byteCount() const;
    /// Of the document; the views live as long as the document. Empty outside.
    std::string bytes(ByteRange range) const;
    ByteRange promptBytes() const;
    ByteRange completionBytes() const;

    bool isTooLarge() const { return m_tooLarge; }
    const std::vector<ChainNotice>& notices() const { return m_notices; }
    /// Where the verifier found the answer; empty = nowhere.
    ByteRange answer() const { return m_answer; }
    const std::vector<ChainStep>& steps() const { return m_steps; }
    const std::vector<RepeatedPassage>& repeats() const { return m_repeats; }
    /// One per completion token; all empty when the tokenizer is unknown or does not fit. Special
    /// tokens have no bytes in the text.
    const std::vector<ByteRange>& tokenBytes() const { return m_tokenBytes; }
    bool hasTokenTexts() const { return m_tokenizer != nullptr; }
    bool tokensFit() const { return m_tokensFit; }
    /// The bytes that a token stands for; empty when unknown.
    std::string tokenText(std::size_t token) const;

    /// unfolded  repeated passages that are shown in full. Empty for kBytes and for documents that
    /// are too large. cost  O(bytes)
    ChainRendering render(ChainMode mode, const QSet<int>& unfolded = {}) const;

  private:
    struct Split;
    explicit ChainDocument(store::StoredChain chain);
    void readSteps();
    void alignTokens();
    void findNotices(const QString& tokenizerTrouble);
    Split split() const;
    bool stepsAreLines(const Split& split) const;
    ChainRendering renderText(const QSet<int>& unfolded) const;
    ChainRendering renderTokens() const;

    store::StoredChain m_chain;
    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    std::vector<ChainNotice> m_notices;
    std::vector<ChainStep> m_steps;
    std::vector<RepeatedPassage> m_repeats;
    std::vector<ByteRange> m_tokenBytes;
    ByteRange m_answer;
    bool m_tooLarge = false;
    bool m_tokensFit = false;
};

}  // namespace veritune::app
