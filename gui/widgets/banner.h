#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace ipclab {

enum class BannerTone { Note, Problem };

/// A message above the page that waits for nobody: it stays until it is closed or something new happens.
class Banner final : public QFrame {
    Q_OBJECT

public:
    explicit Banner(QWidget* parent = nullptr);

    void show(BannerTone tone, const QString& headline, const QString& text);
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void showIcon();

    QLabel* m_headline;
    QLabel* m_text;
    QToolButton* m_close;
};

} // namespace ipclab
