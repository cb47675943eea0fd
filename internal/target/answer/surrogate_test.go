package answer_test

import (
	"strings"
	"testing"

	"syncproof/internal/target/answer"
)

func TestHalfCharacters(t *testing.T) {
	tests := map[string]bool{
		`"\ud83d\ude00"`: true, `"\uD83D\uDE00\u0041"`: true, `"\\ud800"`: true, `"\\\\ud800"`: true, `"\uFFFD"`: true, `"\u00e9"`: true,
		`"\ud800"`: false, `"\ude00\ud83d"`: false, `"\ud83dx"`: false, `"\ud83d\u0041"`: false, `"\ud83d\ud83d\ude00"`: false,
		`"\\\ud800"`: false, `"\udfff"`: false, `"\ud83d\ude00\ude00"`: false,
	}
	for text, sound := range tests {
		for _, body := range []string{
			`{"success":false,"error":` + text + `}`, `{"success":true,"accounts":[{"username":` + text + `}]}`,
			`{"success":true,"accounts":{` + text + `:{}}}`, `{"success":true,` + text + `:1}`,
		} {
			_, trouble := answer.Read([]byte(body), asked("ListAccounts"))
			if (trouble == nil) != sound {
				t.Errorf("%s: trouble %v", body, trouble)
			}
			if trouble != nil && !strings.Contains(trouble.Message, "without its other half") {
				t.Errorf("%s: %s", body, trouble.Message)
			}
		}
	}
}
