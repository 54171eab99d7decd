/** What is set for the account as a whole, and what it has used. */

import { CompanySection } from "../company/profile.tsx";
import { View } from "../parts/view.tsx";
import { may } from "../state/session.ts";
import { AccountForm } from "./account-form.tsx";
import { Usage } from "./usage.tsx";

export default function Settings() {
  return (
    <View title="Company">
      {may("administer") && (
        <>
          <CompanySection />
          <AccountForm />
        </>
      )}
      {may("read") && <Usage />}
    </View>
  );
}
