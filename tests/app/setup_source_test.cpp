// SPDX-License-Identifier: Apache-2.0
#include "app/models/SourceCheck.h"
#include "core/store/project.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <gtest/gtest.h>

namespace veritune::app {
namespace {

class SourceCheck : public testing::Test {
  protected:
    std::string write(const char* name, const QByteArray& bytes) {
        const QString path = dir_.filePath(QString::fromLatin1(name));
        QFile file(path);
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        return path.toStdString();
    }
    std::string rows(const char* name, const char* key, const QList<QByteArray>& answers) {
        QByteArray text;
        int n = 0;
        for (const QByteArray& answer : answers) {
            text += "{\"question\":\"How much is number " + QByteArray::number(++n) + "?\",\"" +
                    key + "\":" + answer + "}\n";
        }
        return write(name, text);
    }
    QTemporaryDir dir_;
};

TEST_F(SourceCheck, JudgesTheShippedModelByItsHeaders) {
    const auto facts =
        checkModelFolder(std::string(VERITUNE_SOURCE_DIR) + "/resources/demo/cold_start");
    ASSERT_TRUE(facts) << util::to_string(facts.error());
    EXPECT_EQ(facts->architecture, "Qwen2ForCausalLM");
    EXPECT_EQ(facts->parameters, 308832);  // training.md 11
    EXPECT_EQ(facts->dtype, "F16");
    EXPECT_EQ(facts->bytes, 308832U * 2);
}

TEST_F(SourceCheck, UnderstandsACacheFolder) {
    const QString snapshot = dir_.filePath(QStringLiteral("models--a--b/snapshots/0123"));
    ASSERT_TRUE(QDir().mkpath(snapshot));
    const QString from = QStringLiteral(VERITUNE_SOURCE_DIR "/resources/demo/cold_start/");
    for (const char* name : {"config.json", "model.safetensors", "tokenizer.json"}) {
        const QString file = QString::fromLatin1(name);
        ASSERT_TRUE(QFile::copy(from + file, snapshot + u'/' + file));
    }
    const auto facts =
        checkModelFolder(dir_.filePath(QStringLiteral("models--a--b")).toStdString());
    ASSERT_TRUE(facts) << util::to_string(facts.error());
    EXPECT_EQ(facts->path, snapshot.toStdString());
    // The same without its tokenizer is refused by name.
    ASSERT_TRUE(QFile::remove(snapshot + QStringLiteral("/tokenizer.json")));
    const auto refused = checkModelFolder(snapshot.toStdString());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("tokenizer.json"), std::string::npos);
}

TEST_F(SourceCheck, RefusesWhatIsNoModelAndSaysWhy) {
    const auto empty = checkModelFolder(dir_.path().toStdString());
    ASSERT_FALSE(empty);
    EXPECT_NE(empty.error().message.find("config.json"), std::string::npos);
    const auto file = checkModelFolder(write("weights.bin", "x"));
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().message.find("file"), std::string::npos);
    EXPECT_FALSE(checkModelFolder(dir_.filePath(QStringLiteral("missing")).toStdString()));
}

TEST_F(SourceCheck, SuggestsTheVerifierByTheShapeOfTheAnswers) {
    const auto whole = readDataFile(rows("a.jsonl", "answer", {"\"12\"", "7", "\"-3\""}), {});
    ASSERT_TRUE(whole) << util::to_string(whole.error());
    EXPECT_EQ(whole->preset, "columns");
    EXPECT_EQ(whole->verifier, "integer");
    EXPECT_EQ(whole->checkable, 3);
    const auto decimal =
        readDataFile(rows("b.jsonl", "gold", {"\"0.5\"", "\"12.25\"", "\"3/4\""}), {});
    ASSERT_TRUE(decimal);
    EXPECT_EQ(decimal->verifier, "numeric");
    const auto words =
        readDataFile(rows("c.jsonl", "expected", {"\"granted\"", "\"dismissed\""}), {});
    ASSERT_TRUE(words);
    EXPECT_EQ(words->verifier, "text_exact");
    EXPECT_TRUE(words->errors.empty());
}

TEST_F(SourceCheck, ObeysAnotherVerifierAndCountsWhatItRefuses) {
    const std::string path = rows("a.jsonl", "answer", {"\"12\"", "\"0.5\"", "\"7\""});
    const auto read = readDataFile(path, {.verifier = "integer"});
    ASSERT_TRUE(read);
    EXPECT_EQ(read->problems.size(), 2U);
    ASSERT_EQ(read->errors.size(), 1U);
    EXPECT_EQ(read->errors.front().line, 2);
}

TEST_F(SourceCheck, ReportsBrokenLinesWithTheirNumbers) {
    const auto read = readDataFile(write("d.jsonl",
                                         "{\"question\":\"a?\",\"answer\":\"1\"}\n"
                                         "{\"question\":\"b?\"\n"
                                         "\n"
                                         "{\"nothing\":1}\n"
                                         "{\"question\":\"c?\",\"answer\":\"2\"}\n"),
                                   {});
    ASSERT_TRUE(read);
    EXPECT_EQ(read->problems.size(), 2U);
    ASSERT_EQ(read->errors.size(), 2U);
    EXPECT_EQ(read->errors[0].line, 2);
    EXPECT_EQ(read->errors[1].line, 4);
}

TEST_F(SourceCheck, KnowsTheShapesThatCoreImports) {
    const auto gsm = readDataFile(
        write("g.jsonl", "{\"question\":\"q?\",\"answer\":\"so\\n#### 1,200\"}\n"), {});
    ASSERT_TRUE(gsm);
    EXPECT_EQ(gsm->preset, "gsm8k");
    EXPECT_EQ(gsm->verifier, "integer");
    EXPECT_EQ(gsm->solved, 1);
    const auto pairs =
        readDataFile(write("p.jsonl", "{\"prompt\":\"q?\",\"completion\":\"an answer\"}\n"), {});
    ASSERT_TRUE(pairs);
    EXPECT_EQ(pairs->preset, "prompt_completion");
    EXPECT_EQ(pairs->checkable, 0);
    EXPECT_EQ(pairs->solved, 1);
    const auto own = readDataFile(
        write("v.jsonl",
              "{\"id\":\"1\",\"prompt\":\"q?\",\"gold\":\"4\",\"verifier\":\"integer\"}\n"),
        {});
    ASSERT_TRUE(own);
    EXPECT_EQ(own->preset, "veritune");
    EXPECT_EQ(own->verifier, "integer");
}

TEST_F(SourceCheck, NamesTheColumnsOfAFileThatItCannotRead) {
    const auto read = readDataFile(write("x.jsonl", "{\"Frage\":\"?\",\"Antwort\":1}\n"), {});
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("Frage"), std::string::npos);
    EXPECT_FALSE(readDataFile(write("empty.jsonl", ""), {}));
    EXPECT_FALSE(readDataFile(dir_.filePath(QStringLiteral("none.jsonl")).toStdString(), {}));
}

TEST_F(SourceCheck, HoldsOutTheWantedShareAndObeysAFileThatSaysItself) {
    QList<QByteArray> answers;
    for (int i = 0; i < 400; ++i) answers << QByteArray::number(i);
    const std::string path = rows("many.jsonl", "answer", answers);
    const auto tenth = readDataFile(path, {.heldoutPercent = 10});
    ASSERT_TRUE(tenth);
    EXPECT_GT(tenth->heldout, 20);
    EXPECT_LT(tenth->heldout, 60);
    const auto half = readDataFile(path, {.heldoutPercent = 50});
    ASSERT_TRUE(half);
    EXPECT_GT(half->heldout, 150);
    const auto said = readDataFile(write("said.jsonl",
                                         "{\"id\":\"1\",\"prompt\":\"a\",\"gold\":\"4\","
                                         "\"verifier\":\"integer\",\"split\":\"val\"}\n"
                                         "{\"id\":\"2\",\"prompt\":\"b\",\"gold\":\"4\","
                                         "\"verifier\":\"integer\"}\n"),
                                   {.heldoutPercent = 90});
    ASSERT_TRUE(said);
    EXPECT_EQ(said->heldout, 1);
}

TEST(DatasetName, IsPlainShortAndFree) {
    EXPECT_EQ(datasetNameFor("/a/Court fees (2).jsonl", {}), "Court-fees-2");
    EXPECT_EQ(datasetNameFor("/a/fees.jsonl", {"fees", "fees-2"}), "fees-3");
    EXPECT_EQ(datasetNameFor("/a/\xc3\xa4\xc3\xb6.jsonl", {}), "data");
    EXPECT_EQ(datasetNameFor("/a/.hidden", {}), "hidden");
    const std::string name = datasetNameFor("/a/" + std::string(300, 'x') + ".jsonl", {});
    EXPECT_TRUE(store::DatasetStore::relative_path(name));
}

TEST_F(SourceCheck, BringsADataSetIntoAProjectOnceAndNotPastItsWriter) {
    const std::string dir = dir_.filePath(QStringLiteral("project")).toStdString();
    {
        const auto project = store::Project::create(dir, "p");
        ASSERT_TRUE(project) << util::to_string(project.error());
        const auto read = readDataFile(rows("a.jsonl", "answer", {"1", "2"}), {});
        ASSERT_TRUE(read);
        const auto busy = addDataset(dir, "a", read->problems, "a.jsonl");
        ASSERT_FALSE(busy);
        EXPECT_EQ(busy.error().code, util::ErrorCode::kBusy);
        ASSERT_TRUE((*project)->close());
    }
    const auto read = readDataFile(rows("a.jsonl", "answer", {"1", "2"}), {});
    const auto added = addDataset(dir, "a", read->problems, "a.jsonl");
    ASSERT_TRUE(added) << util::to_string(added.error());
    EXPECT_EQ(added->rows, 2);
    const auto again = addDataset(dir, "a", read->problems, "a.jsonl");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, util::ErrorCode::kAlreadyExists);
}

}  // namespace
}  // namespace veritune::app
