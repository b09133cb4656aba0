// SPDX-License-Identifier: Apache-2.0
// tokenizer.json: whatever was accepted can encode and decode any text, and every id is in range.
#include "core/text/tokenizer.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/memory_folder.h"

VT_FUZZ_TARGET(tokenizer_json) {
    using namespace veritune;
    fuzz::MemoryFolder folder;
    folder.put("tokenizer.json", input);
    folder.put("tokenizer_config.json", "{\"eos_token\":\"<|im_end|>\"}");
    const auto tokenizer = text::load_tokenizer(folder.fs(), folder.path());
    if (!tokenizer) {
        fuzz::require(tokenizer.error().message.size() < 4096, "a message stays short");
        return;
    }
    const std::string_view sample = "Hello, 12 <|im_end|> \xC3\xA4\xF0\x9F\x99\x82 \n\t x";
    if (!(*tokenizer)->can_encode(sample)) return;
    for (const bool special : {false, true}) {
        const std::vector<text::TokenId> ids = (*tokenizer)->encode(sample, special);
        for (const text::TokenId id : ids) {
            fuzz::require(id >= 0 && id < (*tokenizer)->vocab_size(), "an id in range");
        }
        (void)(*tokenizer)->decode(ids, false);
    }
}
