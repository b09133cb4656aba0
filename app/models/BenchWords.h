// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>

namespace veritune::app {

struct BenchRow;

/// The bench in plain words.
/// threads  GUI thread; test  bench_model_test.cpp
class BenchWords {
    Q_DECLARE_TR_FUNCTIONS(BenchWords)
  public:
    /// What came of a case: "as it must be", "wrongly accepted", ...
    static QString verdict(const BenchRow& row);
    /// How a case was made, from the core's short English name; unknown ones as they stand.
    static QString rule(const QString& rule);
    /// Name and purpose of a verifier in the language of the window.
    static QString verifier(const std::string& id);
};

}  // namespace veritune::app
