#pragma once

#include <QFrame>

class QLabel;

namespace ipclab {

enum class BannerTone { Note, Problem };

/// A message above the page that waits for nobody: it stays until it is closed or something new happens.
class Banner final : public QFrame {
    Q_OBJECT

public:
    explicit Banner(QWidget* parent = nullptr);

    void show(BannerTone tone, const QString& headline, const QString& text);
    QString text() const;

private:
    QLabel* m_headline;
    QLabel* m_text;
};

} // namespace ipclab
