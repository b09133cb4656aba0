// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ErrorText.h"

#include "app/PlainText.h"

#include <QCoreApplication>

namespace veritune::app {
namespace {

struct Words {
    const char* title;
    const char* remedy;
};

Words wordsOf(util::ErrorCode code) {
    using enum util::ErrorCode;
    switch (code) {
        case kInvalidArgument:
            return {
                QT_TRANSLATE_NOOP("ErrorText", "A value does not fit"),
                QT_TRANSLATE_NOOP("ErrorText", "Correct the value that is named, then try again.")};
        case kNotFound:
            return {
                QT_TRANSLATE_NOOP("ErrorText", "Something is not where it should be"),
                QT_TRANSLATE_NOOP("ErrorText", "Check whether it was moved, renamed or deleted.")};
        case kAlreadyExists:
            return {QT_TRANSLATE_NOOP("ErrorText", "The name is taken"),
                    QT_TRANSLATE_NOOP("ErrorText", "Choose another name or another folder.")};
        case kCorruptData:
            return {
                QT_TRANSLATE_NOOP("ErrorText", "A file is damaged"),
                QT_TRANSLATE_NOOP("ErrorText",
                                  "Nothing was changed. Restore the file from a backup, or open "
                                  "another project.")};
        case kUnsupported:
            return {QT_TRANSLATE_NOOP("ErrorText", "This version cannot work with that"),
                    QT_TRANSLATE_NOOP("ErrorText",
                                      "Use the version of Veritune that made it, or a newer one.")};
        case kPermissionDenied:
            return {
                QT_TRANSLATE_NOOP("ErrorText", "Access was refused"),
                QT_TRANSLATE_NOOP("ErrorText",
                                  "Check who owns the file or folder and what you may do there.")};
        case kDiskFull:
            return {
                QT_TRANSLATE_NOOP("ErrorText", "The disk is full"),
                QT_TRANSLATE_NOOP("ErrorText", "Free some space; what was saved before is safe.")};
        case kIoError:
            return {QT_TRANSLATE_NOOP("ErrorText", "The disk did not do what was asked"),
                    QT_TRANSLATE_NOOP("ErrorText",
                                      "Check that the drive is connected, then try again.")};
        case kOutOfMemory:
            return {
                QT_TRANSLATE_NOOP("ErrorText", "The memory is used up"),
                QT_TRANSLATE_NOOP("ErrorText",
                                  "Close other programs, or make the run smaller: fewer chains at "
                                  "once, shorter answers.")};
        case kBusy:
            return {
                QT_TRANSLATE_NOOP("ErrorText", "It is in use"),
                QT_TRANSLATE_NOOP("ErrorText", "Wait until the other work has ended, or stop it.")};
        case kUnavailable:
            return {QT_TRANSLATE_NOOP("ErrorText", "The engine does not answer"),
                    QT_TRANSLATE_NOOP("ErrorText",
                                      "Start the engine again; every completed step is stored.")};
        case kCancelled:
            return {QT_TRANSLATE_NOOP("ErrorText", "Stopped as you asked"), ""};
        case kInternal:
            return {QT_TRANSLATE_NOOP("ErrorText", "Veritune made a mistake"),
                    QT_TRANSLATE_NOOP(
                        "ErrorText",
                        "Copy the details and send them to whoever looks after Veritune.")};
    }
    return {"", ""};
}

QString translated(const char* text) {
    return *text == '\0' ? QString() : QCoreApplication::translate("ErrorText", text);
}

}  // namespace

ErrorWords errorWords(const util::Error& error) {
    const Words words = wordsOf(error.code);
    QString detail = visibleText(error.message);
    if (!error.context.empty()) detail += u" (" + visibleText(error.context) + u')';
    if (!detail.isEmpty()) detail[0] = detail[0].toUpper();
    return {translated(words.title), detail, translated(words.remedy)};
}

QString errorDetails(const util::Error& error) {
    return u"Veritune\ncode: " + fromUtf8(util::error_code_name(error.code)) + u"\nmessage: " +
           visibleText(error.message) + u"\nwhere: " + visibleText(error.context) + u'\n';
}

}  // namespace veritune::app
